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

/** One document asked for; `shared`: the asker will not change it. */
interface Ask {
  id: string;
  shared: boolean;
}

/** The ways to read a collection. Reads by id travel together under load (see `gather`). */
export function reading<D extends Stored>(definition: Definition<D>, model: Model<Loose>, ports: CollectionPorts) {
  const { name } = definition;
  const { counts } = ports;
  const { collection } = model;

  const readTogether = gather(async (asks: Ask[]): Promise<(D | null)[]> => {
    counts.read(name, asks.length);
    const byIds: Query = { _id: { $in: [...new Set(asks.map(({ id }) => id))] } };
    const found = (await asked(() => collection.find(byIds).toArray())) as unknown as D[];
    const byId = new Map(found.map((document) => [document._id, document]));
    const given = new Set(asks.filter(({ shared }) => shared).map(({ id }) => id));
    return asks.map(({ id, shared }) => {
      const document = byId.get(id) ?? null;
      if (document === null || shared) return document;
      // Whoever asks for the same document at the same time gets one of his own.
      if (given.has(id)) return structuredClone(document);
      given.add(id);
      return document;
    });
  });

  async function readMany(ids: readonly string[], shared: boolean): Promise<D[]> {
    const found = await Promise.all([...new Set(ids)].map((id) => readTogether({ id, shared })));
    return found.filter((document) => document !== null);
  }

  return {
    /** One document, or null. */
    get: (id: string): Promise<D | null> => readTogether({ id, shared: false }),

    /** The documents that exist, in the order asked, each once. */
    getMany: (ids: readonly string[]): Promise<D[]> => readMany(ids, false),

    /** As `getMany`, but nobody may change them: who asks at the same time has the same (copies of large ones cost more than the read). */
    lookAt: (ids: readonly string[]): Promise<readonly D[]> => readMany(ids, true),

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
