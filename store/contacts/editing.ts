import type { Collection } from '../database/collection';
import type { Query } from '../database/model';
import type { ContactLinks } from './links';
import { ENQUIRIES_REMEMBERED, type ContactChange, type ContactFields, type ContactPart } from './parts';
import type { Contact } from './whole';

/** What somebody changes of a contact. */
export interface ContactEdit {
  fields: Partial<ContactFields>;
  by: string;
  now: Date;
}

const changesRemembered = 50;

/** What editing needs. */
interface EditingPorts {
  collection: Collection<ContactPart>;
  links: ContactLinks;
  idOf: (address: string) => string;
  blank: (address: string, made: { by: string; now: Date }) => ContactPart;
  get: (id: string) => Promise<Contact | null>;
  /** Tells search that these are about to change. */
  touch: (ids: readonly string[], at: Date) => Promise<void>;
}

/** What people do with contacts. */
export function contactEditing({ collection, links, idOf, blank, get, touch }: EditingPorts) {
  const makePart = (address: string, made: { by: string; now: Date }): Promise<boolean> =>
    collection.insert('make', blank(address, made));

  return {
    /** Makes a contact by hand; false when there is one with this address. */
    async make(address: string, made: { by: string; now: Date }): Promise<boolean> {
      return (await links.get(idOf(address))) === null && makePart(address, made);
    },

    /** Makes what is kept under a further address, unless it is there. */
    makePart,

    /** Notes an enquiry that somebody began with a contact. */
    began: (id: string, enquiry: string): Promise<boolean> =>
      collection.update('began', { _id: id }, newestEnquiry(enquiry)),

    /** What somebody edits, kept with who did it; null when unknown. Both names count as one field. */
    async change(id: string, edit: ContactEdit): Promise<Contact | null> {
      const before = await get(id);
      if (!before) return null;
      const update = changeOf(before, edit);
      if (update === null) return before;
      await touch([before._id], edit.now);
      await collection.update('change', { _id: before._id }, update);
      return get(before._id);
    },

    /** Keeps a line of what was done with a contact (merged, an address added). */
    tell: (id: string, change: ContactChange): Promise<boolean> =>
      collection.update('tell', { _id: id }, { $push: { changes: { $each: [change], $slice: -changesRemembered } } }),
  };
}

const newestEnquiry = (enquiry: string): Query => ({
  $inc: { noted: 1 },
  $push: { enquiries: { $each: [enquiry], $slice: -ENQUIRIES_REMEMBERED } },
});

/** Null when nothing differs: an update of nothing is refused by the embedded database. */
function changeOf(before: Contact, { fields, by, now }: ContactEdit): Query | null {
  const wanted = Object.entries(fields).filter(([, value]) => value !== undefined);
  const was = new Map<string, unknown>(Object.entries(before));
  const changed = wanted.filter(([field, value]) => JSON.stringify(was.get(field)) !== JSON.stringify(value));
  if (changed.length === 0) return null;
  const isName = (field: string): boolean => field === 'firstName' || field === 'lastName';
  const names = changed.some(([field]) => isName(field));
  const set = {
    ...(names ? { firstName: before.firstName, lastName: before.lastName } : {}),
    ...Object.fromEntries(changed),
    ...Object.fromEntries(changed.map(([field]) => [`editedAt.${isName(field) ? 'name' : field}`, now])),
  };
  const change: ContactChange = {
    at: now,
    by,
    what: 'changed',
    before: Object.fromEntries(changed.map(([field]) => [field, was.get(field)])),
    after: Object.fromEntries(changed),
  };
  return { $set: set, $push: { changes: { $each: [change], $slice: -changesRemembered } } };
}
