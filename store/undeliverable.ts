import { openCollection, type CollectionPorts, type Definition, type Stored } from './database/collection';
import type { KeptInMemory } from './database/kept-in-memory';

/** An address that mail came back from for good; `_id` is the address, lower case. It counts until `expiresAt`. */
export interface Undeliverable extends Stored {
  /** `bounced`: there is no such address (5.1.x, RFC 3463); `complaint`: who has it called our mail spam. */
  why: 'bounced' | 'complaint';
  /** Enhanced status code, or null. */
  status: string | null;
  /** The server's words. */
  text: string | null;
  /** The mail that came back, and its enquiry. */
  outbox: string;
  enquiry: string | null;
  channel: string;
  at: Date;
  expiresAt: Date;
}

/** How the collection is made. */
export const undeliverable: Definition<Undeliverable> = {
  name: 'undeliverable',
  fields: {
    why: String,
    status: String,
    text: String,
    outbox: String,
    enquiry: String,
    channel: String,
    at: Date,
    expiresAt: Date,
  },
};

/** Addresses no automatic mail goes to; whether one is among them is answered from memory. */
export function createUndeliverable(ports: CollectionPorts & { keep: KeptInMemory }) {
  const collection = openCollection(undeliverable, ports);
  const kept = ports.keep.all('undeliverable', () => collection.list({}, { fields: { _id: 1, expiresAt: 1 } }));
  const idOf = (address: string): string => address.trim().toLowerCase();
  return {
    /** Why no automatic mail goes to this address now; null when nothing speaks against it. */
    async get(address: string, now: Date): Promise<Undeliverable | null> {
      const known = (await kept.byId()).get(idOf(address));
      return known && known.expiresAt > now ? collection.get(known._id) : null;
    },

    /** Remembers an address, or that its mail came back once more; forgets those whose time is over. */
    async remember(
      address: string,
      { now, ...about }: Omit<Undeliverable, '_id' | 'v'> & { now: Date },
    ): Promise<void> {
      await collection.put('remember', idOf(address), { $set: { ...about, v: 1 } });
      await collection.remove('expire', { expiresAt: { $lte: now } });
      await kept.changed();
    },

    /** Mail may go there again; what stood against it, null when nothing did. */
    async lift(address: string): Promise<Undeliverable | null> {
      const found = await collection.get(idOf(address));
      await collection.remove('lift', { _id: idOf(address) });
      await kept.changed();
      return found;
    },

    /** Those that count now, newest first; for people: scans. */
    list: (now: Date, limit = 100, skip = 0): Promise<Undeliverable[]> =>
      collection.list({ expiresAt: { $gt: now } }, { sort: { at: -1 }, limit, skip }),
  };
}

/** Operations on undeliverable addresses. */
export type UndeliverableAddresses = ReturnType<typeof createUndeliverable>;
