import { Nested, openCollection, type CollectionPorts, type Definition, type Stored } from './database/collection';
import type { KeptInMemory } from './database/kept-in-memory';

/** One value of a row: its title, and where it stands in the row (RFC 6901). */
export interface LookupValue {
  title: string;
  pointer: string;
}

/** A question about a contact that another system answers with rows for the sidebar; `_id` is a slug. */
export interface Lookup extends Stored {
  title: string;
  /** Connection it is asked over. */
  connection: string;
  /** Starts with "/"; may hold places such as `{{ contact.email }}`. */
  path: string;
  query: Record<string, string>;
  /** Where the list of rows stands in the answer (RFC 6901); what is no list is one row. */
  rows: string;
  /** Where a row's title stands in it. */
  rowTitle: string;
  /** Where a row's address stands in it, or null. */
  rowUrl: string | null;
  values: LookupValue[];
  /** How long an answer is shown again (ms). */
  cacheMs: number;
  /** How long is waited for an answer (ms). */
  timeoutMs: number;
}

/** How the collection is made. */
export const lookups: Definition<Lookup> = {
  name: 'lookups',
  fields: {
    title: String,
    connection: String,
    path: String,
    query: Nested,
    rows: String,
    rowTitle: String,
    rowUrl: String,
    values: [Nested],
    cacheMs: Number,
    timeoutMs: Number,
  },
};

/** Lookups; reads come from memory, at most a second behind other processes. */
export function createLookups(ports: CollectionPorts & { keep: KeptInMemory }) {
  const collection = openCollection(lookups, ports);
  const kept = ports.keep.all('lookups', () => collection.list({}, { sort: { _id: 1 } }));
  return {
    /** One lookup, or null. */
    get: async (id: string): Promise<Lookup | null> => (await kept.byId()).get(id) ?? null,
    /** All lookups by id. */
    list: async (): Promise<Lookup[]> => [...(await kept.byId()).values()],
    /** Makes a lookup or changes it. */
    async save(id: string, lookup: Omit<Lookup, '_id' | 'v'>): Promise<Lookup> {
      const saved = await collection.put('save', id, { $set: lookup, $setOnInsert: { v: 1 } });
      await kept.changed();
      return saved;
    },
    /** Removes a lookup; false when there was none. */
    async remove(id: string): Promise<boolean> {
      const removed = await collection.remove('remove', { _id: id });
      await kept.changed();
      return removed > 0;
    },
  };
}

/** Operations on lookups. */
export type Lookups = ReturnType<typeof createLookups>;
