import type { Model, mongo } from 'mongoose';
import { isDuplicate, type CollectionPorts } from './asking';
import type { Check } from './checking';
import type { Definition, Loose, Projection, Query, Stored } from './model';
import { writing } from './writing';

/** One of several updates that travel as one command. */
export interface OneUpdate {
  filter: Query;
  update: Query;
}

/** What became of an upsert: `fits` is false when a document exists that the filter does not fit. */
export interface Upserted<D> {
  fits: boolean;
  /** Before or after, as asked; null when there was none before. */
  document: D | null;
}

type FindAndUpdate = [filter: Query, update: Query, options: mongo.FindOneAndUpdateOptions];

/** The ways to change a collection; each is one command, counted, and passes its fail point afterwards. */
export function changing<D extends Stored>(
  definition: Definition<D>,
  model: Model<Loose>,
  ports: CollectionPorts,
  check: Check,
) {
  const { name } = definition;

  const wrote = writing(name, ports);
  const { collection } = model;

  async function findAndUpdate(operation: string, [filter, update, options]: FindAndUpdate): Promise<D | null> {
    const asked = [check.filter(filter), check.update(update), options] as const;
    // Nothing to change: as it is.
    const nothing = Object.keys(asked[1]).length === 0;
    return wrote(operation, 1, () =>
      nothing ? collection.findOne(filter, options) : collection.findOneAndUpdate(...asked),
    ) as Promise<D | null>;
  }

  async function upsert(
    operation: string,
    filter: Query,
    update: Query,
    give: 'before' | 'after' = 'after',
  ): Promise<Upserted<D>> {
    const options = { returnDocument: give, upsert: true } as const;
    try {
      return { fits: true, document: await findAndUpdate(operation, [filter, update, options]) };
    } catch (error) {
      if (isDuplicate(error)) return { fits: false, document: null };
      throw error;
    }
  }

  return {
    /** Updates the one document that fits; whether one did. */
    update: async (operation: string, filter: Query, update: Query): Promise<boolean> => {
      const asked = [check.filter(filter), check.update(update)] as const;
      const done = await wrote(operation, 1, () => collection.updateOne(...asked));
      return done.matchedCount > 0;
    },

    /** Compare-and-set that gives the document as it is afterwards, or null when nothing fits. */
    change: async (operation: string, filter: Query, update: Query, fields?: Projection): Promise<D | null> => {
      const options = { returnDocument: 'after', ...(fields ? { projection: fields } : {}) } as const;
      return findAndUpdate(operation, [filter, update, options]);
    },

    /** As `change`, but makes the document when there is none. */
    upsert,

    /** Updates or makes the document with this id, whoever else does so at the same time; as it is afterwards. */
    put: async (operation: string, id: string, update: Query): Promise<D> => {
      for (;;) {
        const { document } = await upsert(operation, { _id: id }, update);
        if (document) return document;
      }
    },

    /** Several updates in one command, in no order. */
    updateEach: async (operation: string, updates: OneUpdate[]): Promise<void> => {
      if (updates.length === 0) return;
      const operations = updates.map(({ filter, update }) => ({
        updateOne: { filter: check.filter(filter), update: check.update(update) },
      }));
      await wrote(operation, updates.length, () => collection.bulkWrite(operations, { ordered: false }));
    },

    /** Updates every document that fits; how many. */
    updateAll: async (operation: string, filter: Query, update: Query): Promise<number> => {
      const done = await wrote(operation, 1, () => model.updateMany(filter, update));
      return done.matchedCount;
    },
  };
}
