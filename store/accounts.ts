import type { Stored } from './database/collection';
import { openKept, type KeptDefinition, type KeptPorts } from './database/kept-collection';

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
export const accounts: KeptDefinition<Account> = {
  name: 'accounts',
  fields: { name: String, owner: String, domains: [String], notes: String },
};

/** Companies, and whose contacts are theirs; reads come from memory, at most a second behind other processes. */
export function createAccounts(ports: KeptPorts) {
  const { get, list, save, remove } = openKept(accounts, ports);
  const byDomain = async (domain: string): Promise<Account | null> =>
    (await list()).find(({ domains }) => domains.includes(domain)) ?? null;
  return {
    get,
    list,
    save,
    remove,
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
  };
}

/** Operations on accounts. */
export type Accounts = ReturnType<typeof createAccounts>;
