import { openCollection, type CollectionPorts, type Definition, type Stored } from './database/collection';
import type { KeptInMemory } from './database/kept-in-memory';

/** The company contacts belong to; `_id` is a slug. */
export interface Account extends Stored {
  name: string;
  /** Agent who owns it, or null. */
  owner: string | null;
  /** Lower case; a contact of one of them belongs to it unless somebody says otherwise. */
  domains: string[];
  notes: string;
}

/** How the collection is made. */
export const accounts: Definition<Account> = {
  name: 'accounts',
  fields: { name: String, owner: String, domains: [String], notes: String },
};

/** Companies, and whose contacts are theirs; reads come from memory, at most a second behind other processes. */
export function createAccounts(ports: CollectionPorts & { keep: KeptInMemory }) {
  const collection = openCollection(accounts, ports);
  const kept = ports.keep.all('accounts', () => collection.list({}, { sort: { _id: 1 } }));
  const get = async (id: string): Promise<Account | null> => (await kept.byId()).get(id) ?? null;
  const byDomain = async (domain: string): Promise<Account | null> =>
    [...(await kept.byId()).values()].find(({ domains }) => domains.includes(domain)) ?? null;
  return {
    /** One account, or null. */
    get,
    /** All accounts by id. */
    list: async (): Promise<Account[]> => [...(await kept.byId()).values()],
    /** The account with this domain, or null. */
    byDomain,
    /** The account of a contact: the one somebody gave it, else the one with a domain of its addresses. */
    async of(contact: { account: string | null; addresses: readonly string[] }): Promise<Account | null> {
      if (contact.account !== null) return get(contact.account);
      for (const address of contact.addresses) {
        const found = await byDomain(address.slice(address.lastIndexOf('@') + 1));
        if (found) return found;
      }
      return null;
    },
    /** Makes an account or changes it. */
    async save(id: string, account: Omit<Account, '_id' | 'v'>): Promise<Account> {
      const saved = await collection.put('save', id, { $set: account, $setOnInsert: { v: 1 } });
      await kept.changed();
      return saved;
    },
    /** Removes an account; false when there was none. */
    async remove(id: string): Promise<boolean> {
      const removed = await collection.remove('remove', { _id: id });
      await kept.changed();
      return removed > 0;
    },
  };
}

/** Operations on accounts. */
export type Accounts = ReturnType<typeof createAccounts>;
