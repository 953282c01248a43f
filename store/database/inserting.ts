import type { Model } from 'mongoose';
import { asked, isDuplicate, type CollectionPorts } from './asking';
import { bulkOutcomes, type Outcome } from './bulk-outcomes';
import type { Check } from './checking';
import { isAway } from './connect';
import { gather } from './gather';
import type { Definition, Loose, Query, Stored } from './model';

interface Upsert {
  filter: Query;
  update: Query;
  upsert: boolean;
}

/** Writes that need no answer but whether a document was made; those that come at the same time travel together (see `gather`). */
export function inserting<D extends Stored>(
  { name }: Definition<D>,
  model: Model<Loose>,
  ports: CollectionPorts,
  check: Check,
) {
  async function upsertAll(upserts: Upsert[]): Promise<Outcome[]> {
    const operations = upserts.map((updateOne) => ({ updateOne }));
    try {
      const done = await model.collection.bulkWrite(operations, { ordered: false });
      return upserts.map((_, index) => ({ made: index in done.upsertedIds, fits: true }));
    } catch (error) {
      if (isAway(error)) throw error;
      const each = bulkOutcomes(error, upserts.length);
      if (each) return each;
      if (upserts.length === 1) return [isDuplicate(error) ? { made: false, fits: false } : { refused: error }];
      // What is wrong with one (too large to be sent) must not take those down that travelled with it.
      return (await Promise.all(upserts.map((one) => upsertAll([one])))).flat();
    }
  }

  const upsertTogether = gather(async (upserts: Upsert[]): Promise<Outcome[]> => {
    ports.counts.wrote(name, upserts.length);
    return asked(() => upsertAll(upserts));
  });

  async function upserted(operation: string, asked: Upsert): Promise<{ made: boolean; fits: boolean }> {
    // Here, so that what is refused takes none down that would travel with it.
    const { filter, update, upsert } = asked;
    const outcome = await upsertTogether({ filter: check.filter(filter), update: check.update(update), upsert });
    if ('refused' in outcome) throw outcome.refused;
    if (ports.failAt) await ports.failAt(`${name}.${operation}`);
    return outcome;
  }

  return {
    /** Insert-if-absent; whether this call made it. `also` is done to the document in either case. */
    insert: async (operation: string, document: D, also: Record<string, Query> = {}): Promise<boolean> => {
      const elsewhere = new Set(['_id', ...Object.values(also).flatMap(Object.keys)]);
      const rest = Object.fromEntries(Object.entries(document).filter(([field]) => !elsewhere.has(field)));
      const update = { $setOnInsert: rest, ...also };
      return (await upserted(operation, { filter: { _id: document._id }, update, upsert: true })).made;
    },

    /** Keeps the document unless one with the same or a later `seq` is there. */
    keepNewest: async (operation: string, document: D & { seq: number }): Promise<void> => {
      const { _id, ...rest } = document;
      await upserted(operation, { filter: { _id, seq: { $lt: document.seq } }, update: { $set: rest }, upsert: true });
    },

    /**
     * Updates the document with this id if it fits, and makes it if there is none; false when there is one that does not
     * fit. A compare-and-set that travels with others: for documents that are known to exist, or may be made of the update.
     */
    fit: async (operation: string, filter: Query & { _id: string }, update: Query): Promise<boolean> =>
      (await upserted(operation, { filter, update, upsert: true })).fits,

    /** Updates the one document that fits, where nobody needs to know whether one did. */
    amend: async (operation: string, filter: Query, update: Query): Promise<void> => {
      await upserted(operation, { filter, update, upsert: false });
    },
  };
}
