import type { Model } from 'mongoose';
import { asked, type CollectionPorts } from './asking';
import { gather } from './gather';
import type { Definition, Loose, Projection, Query, Stored } from './model';

/** Order and bounds of a list. */
export interface ListOptions {
  sort?: Record<string, 1 | -1>;
  limit?: number;
  skip?: number;
  fields?: Projection;
}

/** The ways to read a collection. Reads by id travel together under load (see `gather`). */
export function reading<D extends Stored>(definition: Definition<D>, model: Model<Loose>, ports: CollectionPorts) {
  const { name } = definition;
  const { counts } = ports;

  const readTogether = gather(async (ids: string[]): Promise<(D | null)[]> => {
    counts.read(name, ids.length);
    const found = await asked(() => model.find({ _id: { $in: [...new Set(ids)] } }).lean<D[]>());
    const byId = new Map(found.map((document) => [document._id, document]));
    const given = new Set<string>();
    // Whoever asks for the same document at the same time gets one of his own.
    return ids.map((id) => {
      const document = byId.get(id) ?? null;
      if (!given.has(id)) {
        given.add(id);
        return document;
      }
      return structuredClone(document);
    });
  });

  return {
    /** One document, or null. */
    get: (id: string): Promise<D | null> => readTogether(id),

    /** The documents that exist, in the order asked, each once. */
    getMany: async (ids: readonly string[]): Promise<D[]> => {
      const found = await Promise.all([...new Set(ids)].map((id) => readTogether(id)));
      return found.filter((document) => document !== null);
    },

    /** Documents by any filter: scans on the embedded database, so never on a hot path. */
    list: async (filter: Query, options: ListOptions = {}): Promise<D[]> => {
      counts.read(name);
      const { fields = null, sort, skip, limit } = options;
      const bounds = { ...(sort ? { sort } : {}), ...(skip ? { skip } : {}), ...(limit ? { limit } : {}) };
      return asked(() => model.find(filter, fields, bounds).lean<D[]>());
    },

    /** How many documents fit; scans. */
    count: async (filter: Query): Promise<number> => {
      counts.read(name);
      return asked(() => model.countDocuments(filter));
    },

    /** Groups the documents that fit by a field and adds up; for reports only. */
    totals: async (filter: Query, by: string, add: Record<string, string | 1>): Promise<Record<string, unknown>[]> => {
      counts.read(name);
      const sums = Object.fromEntries(Object.entries(add).map(([sum, of]) => [sum, { $sum: of === 1 ? 1 : `$${of}` }]));
      return asked(() => model.aggregate([{ $match: filter }, { $group: { _id: `$${by}`, ...sums } }]));
    },
  };
}
