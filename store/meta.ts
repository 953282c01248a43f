import { openCollection, type CollectionPorts, type Definition, type Stored } from './database/collection';

/** A fact about the database itself: schema version, fingerprint of the secret key, versions of what is kept in memory. */
export interface Meta extends Stored {
  /** A count that only grows: schema version, or number of changes of a collection. */
  number: number | null;
  text: string | null;
}

/** How the collection is made. */
export const meta: Definition<Meta> = { name: 'meta', fields: { number: Number, text: String } };

/** Facts about the database itself, by name. */
export function createMeta(ports: CollectionPorts) {
  const collection = openCollection(meta, ports);
  return {
    get: collection.get,
    getMany: collection.getMany,
    /** Keeps the text unless one is kept already; what is kept. */
    async textOnce(name: string, text: string): Promise<string> {
      await collection.insert('textOnce', { _id: name, number: null, text, v: 1 });
      return (await collection.get(name))?.text ?? text;
    },
    /** Raises a number, never lowers it. */
    raise: (name: string, number: number): Promise<Meta> =>
      collection.put('raise', name, { $max: { number }, $setOnInsert: { text: null, v: 1 } }),
    /** Counts one change; the new number. */
    async bump(name: string): Promise<number> {
      const update = { $inc: { number: 1 }, $setOnInsert: { text: null, v: 1 } };
      return (await collection.put('bump', name, update)).number ?? 0;
    },
  };
}

/** Operations on facts about the database. */
export type MetaFacts = ReturnType<typeof createMeta>;
