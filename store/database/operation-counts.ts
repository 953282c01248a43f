/** Commands sent to the database since the last reset: the bench's figure "store operations from dot to ring". */
export interface OperationFigures {
  reads: number;
  writes: number;
  /** Documents asked for and written by those commands (several travel together under load). */
  documentsRead: number;
  documentsWritten: number;
  byCollection: Record<string, { reads: number; writes: number }>;
}

/** Cheap counting of every command. */
export interface OperationCounts {
  read: (collection: string, documents?: number) => void;
  wrote: (collection: string, documents?: number) => void;
  figures: () => OperationFigures;
  reset: () => void;
}

const empty = (): OperationFigures => ({
  reads: 0,
  writes: 0,
  documentsRead: 0,
  documentsWritten: 0,
  byCollection: {},
});

/** Makes the counts of one store. */
export function createOperationCounts(): OperationCounts {
  let now = empty();
  const of = (collection: string) => (now.byCollection[collection] ??= { reads: 0, writes: 0 });
  return {
    read(collection, documents = 1) {
      now.reads += 1;
      now.documentsRead += documents;
      of(collection).reads += 1;
    },
    wrote(collection, documents = 1) {
      now.writes += 1;
      now.documentsWritten += documents;
      of(collection).writes += 1;
    },
    figures: () => structuredClone(now),
    reset() {
      now = empty();
    },
  };
}
