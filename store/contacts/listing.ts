import type { Collection } from '../database/collection';
import { everyId } from '../database/every-id';
import type { ContactLinks } from './links';
import type { ContactPart } from './parts';
import type { Contact } from './whole';

/** Narrows a list of contacts. */
export type ContactFilter = Partial<Pick<ContactPart, 'account' | 'owner'>> & { limit?: number; skip?: number };

/** What listing needs. */
interface ListingPorts {
  collection: Collection<ContactPart>;
  links: ContactLinks;
  idOf: (address: string) => string;
  getEach: (ids: readonly string[]) => Promise<(Contact | null)[]>;
}

/** Several contacts at once; whoever was merged counts as the one he leads to. */
export function contactListing({ collection, links, idOf, getEach }: ListingPorts) {
  return {
    /** Contacts by the addresses asked for, as far as there are any; one question, however many are asked. */
    async byAddresses(addresses: readonly string[]): Promise<Map<string, Contact>> {
      const found = await getEach(addresses.map(idOf));
      return new Map(found.flatMap((contact, index) => (contact ? [[addresses[index] ?? '', contact]] : [])));
    },

    /** The contacts that exist, in the order asked, each once. */
    async getMany(ids: readonly string[]): Promise<Contact[]> {
      const survivors = await Promise.all(ids.map(links.survivorOf));
      const found = await getEach([...new Set(survivors)]);
      return found.filter((contact) => contact !== null);
    },
    /** Contacts, newest first, null for what is shown with another; for lists of people: scans. */
    async list({ limit = 50, skip = 0, ...same }: ContactFilter = {}): Promise<(Contact | null)[]> {
      const parts = await collection.list(same, { sort: { createdAt: -1 }, limit, skip, fields: { _id: 1 } });
      const ids = parts.map(({ _id }) => _id);
      const [found, led] = await Promise.all([getEach(ids), Promise.all(ids.map(links.get))]);
      return found.map((contact, at) => (led[at] === null ? contact : null));
    },

    /** Ids of all contacts, in their order, some hundreds at a time; without those who are shown with another. */
    async *everyone(): AsyncGenerator<string[]> {
      for await (const ids of everyId(collection)) {
        const led = await Promise.all(ids.map(links.get));
        yield ids.filter((_id, at) => led[at] === null);
      }
    },

    /** Ids of those who answered for one of these, or bear the same name; scans on the embedded database. */
    async alike(ids: readonly string[], fullName: string, lastName: string): Promise<string[]> {
      const names = [...new Set([fullName, lastName])].filter((name) => name !== '');
      const same = [{ lastName: { $in: names } }, { writtenName: { $in: names } }];
      const filter = { $or: [{ answeredFor: { $in: ids } }, ...(names.length > 0 ? same : [])] };
      return (await collection.list(filter, { limit: 50, fields: { _id: 1 } })).map(({ _id }) => _id);
    },
  };
}
