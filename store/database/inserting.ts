import type { Model } from 'mongoose';
import { asked, isDuplicate, type CollectionPorts } from './asking';
import { isAway } from './connect';
import { gather } from './gather';
import type { Definition, Loose, Query, Stored } from './model';

interface Upsert {
  filter: Query;
  update: Query;
}

type Outcome = { made: boolean } | { refused: unknown };

/** Making documents that may be there already; those that come at the same time travel together (see `gather`). */
export function inserting<D extends Stored>({ name }: Definition<D>, model: Model<Loose>, ports: CollectionPorts) {
  async function upsertAll(upserts: Upsert[]): Promise<Outcome[]> {
    const operations = upserts.map((one) => ({ updateOne: { ...one, upsert: true } }));
    try {
      const done = await model.bulkWrite(operations, { ordered: false, throwOnValidationError: true });
      return upserts.map((_, index) => ({ made: index in done.upsertedIds }));
    } catch (error) {
      if (isDuplicate(error)) return upserts.map((_, index) => ({ made: upsertedOf(error).has(index) }));
      if (isAway(error)) throw error;
      if (upserts.length === 1) return [{ refused: error }];
      // A document that the schema refuses must not take those down that travelled with it.
      return (await Promise.all(upserts.map((one) => upsertAll([one])))).flat();
    }
  }

  const upsertTogether = gather(async (upserts: Upsert[]): Promise<Outcome[]> => {
    ports.counts.wrote(name, upserts.length);
    return asked(() => upsertAll(upserts));
  });

  async function upserted(operation: string, upsert: Upsert): Promise<boolean> {
    const outcome = await upsertTogether(upsert);
    if ('refused' in outcome) throw outcome.refused;
    if (ports.failAt) await ports.failAt(`${name}.${operation}`);
    return outcome.made;
  }

  return {
    /** Insert-if-absent; whether this call made it. `also` is done to the document in either case. */
    insert: (operation: string, document: D, also: Record<string, Query> = {}): Promise<boolean> => {
      const elsewhere = new Set(['_id', ...Object.values(also).flatMap(Object.keys)]);
      const rest = Object.fromEntries(Object.entries(document).filter(([field]) => !elsewhere.has(field)));
      return upserted(operation, { filter: { _id: document._id }, update: { $setOnInsert: rest, ...also } });
    },

    /** Keeps the document unless one with the same or a later `seq` is there. */
    keepNewest: async (operation: string, document: D & { seq: number }): Promise<void> => {
      const { _id, ...rest } = document;
      await upserted(operation, { filter: { _id, seq: { $lt: document.seq } }, update: { $set: rest } });
    },
  };
}

function upsertedOf(error: unknown): Set<number> {
  if (typeof error !== 'object' || error === null || !('result' in error)) return new Set();
  const { result } = error;
  if (typeof result !== 'object' || result === null || !('upsertedIds' in result)) return new Set();
  return new Set(Object.keys(result.upsertedIds ?? {}).map(Number));
}
