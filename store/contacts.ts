import { contactEditing } from './contacts/editing';
import { contactListing } from './contacts/listing';
import { blankPart, contacts, ENQUIRIES_REMEMBERED, type ContactPart } from './contacts/parts';
import { membersOf, type ContactLinks } from './contacts/links';
import { wholeContact, type Contact } from './contacts/whole';
import { after, createAfterwards } from './database/afterwards';
import { openCollection, type CollectionPorts } from './database/collection';

export type { ContactChange, ContactFields, CustomValue, OutsideRecord } from './contacts/parts';
export type { ContactEdit } from './contacts/editing';
export type { Contact } from './contacts/whole';

/** A sender as a mail names him. */
export interface Sender {
  address: string;
  name: string;
  /** Ledger id of the mail. */
  by: string;
  /** Enquiry the mail starts or joins. */
  enquiry: string | null;
  /** The kept message, of a mail that belongs to no enquiry. */
  message?: string | null;
  /** The mail carried an id of ours, and its sender is a participant. */
  verified?: boolean;
  /** The mail carried an id of ours from an enquiry of this contact, though its sender is no participant. */
  answersFor?: string | null;
  now: Date;
}

/** What contacts need; `touch` tells search that these are about to change; `alone`: see `StorePorts.alone`. */
type ContactPorts = CollectionPorts & {
  idOf: (address: string) => string;
  links: ContactLinks;
  alone: boolean;
  touch: (ids: readonly string[], at: Date) => Promise<void>;
};

/** Contacts; `idOf` is the keyed digest of an address. Whoever was merged is read with the contact he leads to. */
export function createContacts(ports: ContactPorts) {
  const stored = openCollection(contacts, ports);
  const soon = createAfterwards<Sender>(async (senders) => void (await Promise.all(senders.map(keep))));
  const collection = after(soon.flush, stored);
  const { links } = ports;
  const idOf = (address: string): string => ports.idOf(address.trim().toLowerCase());

  const blank = (address: string, made: { by: string; now: Date }): ContactPart =>
    blankPart(idOf(address), address.trim().toLowerCase(), made);

  async function keep(sender: Sender): Promise<boolean> {
    const { address, name, by, enquiry, message = null, verified = false, answersFor = null, now } = sender;
    const fresh = blank(address, { by, now });
    const newest = (ids: (string | null)[]) => ({
      $each: ids.filter((id) => id !== null),
      $slice: -ENQUIRIES_REMEMBERED,
    });
    const seen = { ...(name === '' ? {} : { writtenName: name }), ...(verified ? { verifiedAt: now } : {}) };
    return stored.insert('upsertBySender', fresh, {
      ...(enquiry === null ? {} : { $inc: { noted: 1 } }),
      $push: { enquiries: newest([enquiry]), ...(message === null ? {} : { mails: newest([message]) }) },
      ...(Object.keys(seen).length > 0 ? { $set: seen } : {}),
      ...(answersFor === null ? {} : { $addToSet: { answeredFor: answersFor } }),
    });
  }

  /** The contact behind each id, or null, in the order asked; one question, however many are asked. */
  async function getEach(ids: readonly string[]): Promise<(Contact | null)[]> {
    const families = await Promise.all(ids.map(links.family));
    const members = new Set(families.flatMap(membersOf));
    const parts = new Map((await collection.getMany([...members])).map((part) => [part._id, part]));
    return families.map(({ survivor, led }) => {
      const own = parts.get(survivor);
      const others = led.flatMap(({ _id, at }) => {
        const part = parts.get(_id);
        return part ? [{ part, at }] : [];
      });
      return own ? wholeContact(own, others) : null;
    });
  }

  const get = async (id: string): Promise<Contact | null> => (await getEach([id]))[0] ?? null;

  return {
    links,
    /** One contact, whichever of its ids is asked for, or null. */
    get,
    /** Id that a contact with this address has alone, known or not. */
    idOf,
    /** The contact with this address, or null. */
    byAddress: (address: string): Promise<Contact | null> => get(idOf(address)),

    /**
     * Keeps a sender as contact, with the enquiry he wrote to; nothing comes back. It may be written a moment later, but
     * before the verdict on his mail.
     */
    async keepSender(sender: Sender): Promise<void> {
      if (ports.alone) soon.add(sender);
      else await keep(sender);
    },
    /** Writes what waits to be written. */
    written: soon.flush,

    /** Finds or makes the contact of a sender. `known`: existed before this mail. */
    async upsertBySender(sender: Sender): Promise<{ contact: Contact; known: boolean }> {
      await soon.flush();
      const made = await keep(sender);
      const contact = await get(idOf(sender.address));
      if (!contact) throw new Error('A contact that was just kept is gone.');
      return { contact, known: !made && contact.by !== sender.by };
    },

    ...contactEditing({ ...ports, collection, idOf, blank, get }),
    ...contactListing({ collection, links, idOf, getEach }),
  };
}

/** Operations on contacts. */
export type Contacts = ReturnType<typeof createContacts>;
