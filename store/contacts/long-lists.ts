import { Nested, openCollection, type CollectionPorts, type Definition, type Stored } from '../database/collection';
import { ENQUIRIES_REMEMBERED } from './parts';
import type { Contact } from './whole';

/** All enquiries of a contact who has more than his document remembers; `_id` is his id. Made when somebody looks. */
export interface LongList extends Stored {
  /** In no order. */
  enquiries: string[];
  /** `noted` of each of his addresses when it was made: what came since stands in the contact, unless it was too much. */
  noted: Record<string, number>;
}

/** How the collection is made. */
export const longLists: Definition<LongList> = {
  name: 'contactEnquiries',
  fields: { enquiries: [String], noted: Nested },
};

/** Made anew before the contact forgets what came since. */
const ANEW_AFTER = ENQUIRIES_REMEMBERED / 4;

/** Enquiries of contacts who have many, so that a page about one of them finds them by id. */
export function createLongLists(ports: CollectionPorts) {
  const collection = openCollection(longLists, ports);
  const keep = async ({ _id, noted }: Contact, enquiries: readonly string[]): Promise<void> =>
    void (await collection.put('keep', _id, { $set: { enquiries: [...new Set(enquiries)], noted, v: 1 } }));

  return {
    /** Keeps all that was found. */
    keep,
    /** All ids; null where too much came since they were kept, or another was merged: they have to be looked for. */
    async of(contact: Contact): Promise<string[] | null> {
      const kept = await collection.get(contact._id);
      const addresses = Object.entries(contact.noted);
      if (!kept || Object.keys(kept.noted).length !== addresses.length) return null;
      const since = addresses.map(([id, noted]) => noted - (kept.noted[id] ?? Number.NEGATIVE_INFINITY));
      const most = Math.max(...since);
      if (most > ENQUIRIES_REMEMBERED) return null;
      const ids = [...new Set([...kept.enquiries, ...contact.enquiries])];
      if (most > ANEW_AFTER) await keep(contact, ids);
      return ids;
    },
  };
}
