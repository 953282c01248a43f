import type { Model } from 'mongoose';
import type { CollectionPorts } from './asking';
import type { Loose, Query } from './model';
import { writing } from './writing';

/** The ways to remove documents; each is one command, counted, and passes its fail point afterwards. */
export function removing(model: Model<Loose>, ports: CollectionPorts) {
  const wrote = writing(model.modelName, ports);
  return {
    /** Removes every document that fits; how many. */
    remove: async (operation: string, filter: Query): Promise<number> => {
      const done = await wrote(operation, 1, () => model.deleteMany(filter));
      return done.deletedCount;
    },

    /** Removes several documents in one command, each by a filter that names its id; how many fitted. */
    removeEach: async (operation: string, filters: Query[]): Promise<number> => {
      if (filters.length === 0) return 0;
      const operations = filters.map((filter) => ({ deleteOne: { filter } }));
      const send = () => model.collection.bulkWrite(operations, { ordered: false });
      return (await wrote(operation, filters.length, send)).deletedCount;
    },
  };
}
