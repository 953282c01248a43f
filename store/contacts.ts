import { openCollection, type CollectionPorts, type Definition, type Stored } from './database/collection';

/** The person outside; `_id` is a keyed digest of the address, so that it may stand in Temporal. */
export interface Contact extends Stored {
  /** Lower case; the first made the id. */
  addresses: string[];
  firstName: string;
  /** The full name until an agent edits it. */
  lastName: string;
  /** Agent who owns the contact, or null. */
  owner: string | null;
  account: string | null;
  tags: string[];
  notes: string;
  /** Newest 100, oldest first; an id may stand twice. */
  enquiries: string[];
  createdAt: Date;
  /** Ledger id (or act) that made it. */
  by: string;
}

/** How the collection is made. */
export const contacts: Definition<Contact> = {
  name: 'contacts',
  fields: {
    addresses: [String],
    firstName: String,
    lastName: String,
    owner: String,
    account: String,
    tags: [String],
    notes: String,
    enquiries: [String],
    createdAt: Date,
    by: String,
  },
  indexes: [{ fields: { addresses: 1 } }],
};

/** A sender as a mail names him. */
export interface Sender {
  address: string;
  name: string;
  /** Ledger id of the mail. */
  by: string;
  /** Enquiry the mail starts or joins. */
  enquiry: string | null;
  now: Date;
}

const enquiriesRemembered = 100;

/** Contacts; `idOf` is the keyed digest of an address. */
export function createContacts(ports: CollectionPorts & { idOf: (address: string) => string }) {
  const collection = openCollection(contacts, ports);

  async function keep(sender: Sender): Promise<{ fresh: Contact; made: boolean }> {
    const fresh = newContact(ports.idOf(sender.address.trim().toLowerCase()), sender);
    const push = { enquiries: { $each: fresh.enquiries, $slice: -enquiriesRemembered } };
    return { fresh, made: await collection.insert('upsertBySender', fresh, { $push: push }) };
  }

  return {
    get: collection.get,
    getMany: collection.getMany,
    /** Id of the contact with this address, known or not. */
    idOf: (address: string): string => ports.idOf(address.trim().toLowerCase()),
    /** The contact with this address, or null. */
    byAddress: (address: string): Promise<Contact | null> => collection.get(ports.idOf(address.trim().toLowerCase())),

    /** Contacts, newest first; for lists of people: scans. */
    list: ({ limit = 50, skip = 0 }: { limit?: number; skip?: number } = {}): Promise<Contact[]> =>
      collection.list({}, { sort: { createdAt: -1 }, limit, skip }),

    /** Keeps a sender as contact, with the enquiry he wrote to; one write, and nothing comes back. */
    keepSender: async (sender: Sender): Promise<void> => void (await keep(sender)),

    /** Finds or makes the contact of a sender. `known`: existed before this mail. */
    async upsertBySender(sender: Sender): Promise<{ contact: Contact; known: boolean }> {
      const { fresh, made } = await keep(sender);
      if (made) return { contact: fresh, known: false };
      const contact = (await collection.get(fresh._id)) ?? fresh;
      return { contact, known: contact.by !== sender.by };
    },

    /** What an agent edits; null when unknown. */
    change: (
      id: string,
      changes: Partial<Pick<Contact, 'firstName' | 'lastName' | 'owner' | 'account' | 'tags' | 'notes'>>,
    ): Promise<Contact | null> => collection.change('change', { _id: id }, { $set: changes }),
  };
}

/** Operations on contacts. */
export type Contacts = ReturnType<typeof createContacts>;

function newContact(id: string, sender: Sender): Contact {
  return {
    _id: id,
    addresses: [sender.address.trim().toLowerCase()],
    firstName: '',
    lastName: sender.name,
    owner: null,
    account: null,
    tags: [],
    notes: '',
    enquiries: sender.enquiry === null ? [] : [sender.enquiry],
    createdAt: sender.now,
    by: sender.by,
    v: 1,
  };
}
