import { Nested, type Definition, type Stored } from '../database/collection';

/** How many enquiries a contact remembers of each address; the index of enquiries knows them all. */
export const ENQUIRIES_REMEMBERED = 100;

/** What a custom field of a contact holds; a date as `2026-03-02`. */
export type CustomValue = string | number;

/** The same person in another system. */
export interface OutsideRecord {
  /** The other system, as people call it. */
  system: string;
  /** Its id or number there. */
  id: string;
  url: string | null;
}

/** What people say of a contact. */
export interface ContactFields {
  firstName: string;
  /** The full name, as the newest mail writes it, until somebody edits it. */
  lastName: string;
  /** Agent who owns the contact, or null. */
  owner: string | null;
  /** Id of the account, or null. */
  account: string | null;
  tags: string[];
  notes: string;
  custom: Record<string, CustomValue>;
  records: OutsideRecord[];
}

/** One change somebody made. */
export interface ContactChange {
  at: Date;
  by: string;
  what: string;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
}

/** When a field was last edited by somebody; `name` is both names. */
export type EditedAt = Partial<Record<'name' | Exclude<keyof ContactFields, 'firstName' | 'lastName'>, Date>>;

/** What is kept under one address; `_id` is a keyed digest of it, so that it may stand in Temporal. */
export interface ContactPart extends Stored, Omit<ContactFields, 'custom' | 'records'> {
  /** Absent in documents of before these were kept. */
  custom?: ContactFields['custom'];
  records?: OutsideRecord[];
  /** Lower case; one. */
  addresses: string[];
  /** The name in the newest mail; absent when no mail had one. */
  writtenName?: string;
  editedAt?: EditedAt;
  /** A mail from this address carried an id that only who had our mail can know. */
  verifiedAt?: Date | null;
  /** Contacts in whose enquiries a mail from here held our id, though it was no participant. */
  answeredFor?: string[];
  /** Newest 50, oldest first. */
  changes?: ContactChange[];
  /** Newest 100, oldest first; an id may stand twice. */
  enquiries: string[];
  /** How often an enquiry was noted; absent: never since this is counted. */
  noted?: number;
  /** Mails that belong to no enquiry (history), newest 100. */
  mails?: string[];
  createdAt: Date;
  /** Ledger id that made it, or `user:<id>`, `import:<job>`. */
  by: string;
}

/** How the collection is made. */
export const contacts: Definition<ContactPart> = {
  name: 'contacts',
  fields: {
    addresses: [String],
    firstName: String,
    lastName: String,
    owner: String,
    account: String,
    tags: [String],
    notes: String,
    custom: Nested,
    records: [Nested],
    writtenName: String,
    editedAt: Nested,
    verifiedAt: Date,
    answeredFor: [String],
    changes: [Nested],
    enquiries: [String],
    noted: Number,
    mails: [String],
    createdAt: Date,
    by: String,
  },
  indexes: [{ fields: { addresses: 1 } }, { fields: { account: 1, lastName: 1 } }],
};

/** A contact of this address about whom nothing else is known. */
export const blankPart = (id: string, address: string, made: { by: string; now: Date }): ContactPart => ({
  _id: id,
  addresses: [address],
  firstName: '',
  lastName: '',
  owner: null,
  account: null,
  tags: [],
  notes: '',
  custom: {},
  records: [],
  enquiries: [],
  createdAt: made.now,
  by: made.by,
  v: 1,
});
