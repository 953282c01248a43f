import { Nested, type Stored } from './database/collection';
import { openKept, type KeptDefinition, type KeptPorts } from './database/kept-collection';

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
export const lookups: KeptDefinition<Lookup> = {
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
export function createLookups(ports: KeptPorts) {
  const { get, list, save, remove } = openKept(lookups, ports);
  return { get, list, save, remove };
}

/** Operations on lookups. */
export type Lookups = ReturnType<typeof createLookups>;
