import type { Model } from 'mongoose';
import { asked, isDuplicate, type CollectionPorts } from './asking';
import { isAway } from './connect';
import { gather } from './gather';
import type { Definition, Loose, Query, Stored } from './model';

type Inserted = { made: boolean } | { refused: unknown };

/** Insert-if-absent of one collection; those that come at the same time travel together (see `gather`). */
export function inserting<D extends Stored>(definition: Definition<D>, model: Model<Loose>, ports: CollectionPorts) {
  const { name } = definition;

  async function upsertAll(documents: D[]): Promise<Inserted[]> {
    const operations = documents.map(({ _id, ...rest }) => {
      const update: Query = { $setOnInsert: rest };
      return { updateOne: { filter: { _id }, update, upsert: true } };
    });
    try {
      const done = await model.bulkWrite(operations, { ordered: false, throwOnValidationError: true });
      return documents.map((_, index) => ({ made: index in done.upsertedIds }));
    } catch (error) {
      if (isDuplicate(error)) return documents.map((_, index) => ({ made: upsertedOf(error).has(index) }));
      if (isAway(error)) throw error;
      if (documents.length === 1) return [{ refused: error }];
      // A document that the schema refuses must not take those down that travelled with it.
      return (await Promise.all(documents.map((document) => upsertAll([document])))).flat();
    }
  }

  const insertTogether = gather(async (documents: D[]): Promise<Inserted[]> => {
    ports.counts.wrote(name, documents.length);
    return asked(() => upsertAll(documents));
  });

  return {
    /** Insert-if-absent; whether this call made it. */
    insert: async (operation: string, document: D): Promise<boolean> => {
      const inserted = await insertTogether(document);
      if ('refused' in inserted) throw inserted.refused;
      if (ports.failAt) await ports.failAt(`${name}.${operation}`);
      return inserted.made;
    },
  };
}

function upsertedOf(error: unknown): Set<number> {
  if (typeof error !== 'object' || error === null || !('result' in error)) return new Set();
  const { result } = error;
  if (typeof result !== 'object' || result === null || !('upsertedIds' in result)) return new Set();
  return new Set(Object.keys(result.upsertedIds ?? {}).map(Number));
}
