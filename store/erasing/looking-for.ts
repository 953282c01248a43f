import type { Loose, Query } from '../database/model';
import { addressPattern, sameAddress } from './masking';

/** Who is erased: every id and address of one contact. */
export interface ErasedPerson {
  ids: string[];
  addresses: string[];
}

/** What is kept of a person. */
export interface Found {
  enquiries: string[];
  /** Enquiries of others that show his mails, as after a merge, or mails that name him. */
  showing: string[];
  /** Mails of his enquiries, those he wrote, and what was written to him in side threads of others' enquiries. */
  messages: Loose[];
  /** Mails of others that he received too, that answer one of his, or that hold an address of his. */
  naming: Loose[];
  outbox: Loose[];
  /** Mails to others that left for him too. */
  outboxNaming: Loose[];
  ledger: Loose[];
  /** Entries of the mails that name him. */
  ledgerNaming: Loose[];
  /** His names as contacts and mails write them. */
  names: string[];
}

/** Asks a collection for documents that fit. */
export type Find = (name: string, filter: Query, fields?: Record<string, 1>) => Promise<Loose[]>;

/** How collections are read and written by whoever erases. */
export interface Access {
  find: Find;
  change(name: string, filter: Query, update: Query): Promise<void>;
  remove(name: string, filter: Query): Promise<void>;
}

const ofMail = {
  enquiry: 1,
  channel: 1,
  blob: 1,
  bodyBlob: 1,
  attachments: 1,
  ledger: 1,
  messageId: 1,
  from: 1,
} as const;
const people = ['to.address', 'cc.address', 'replyTo.address'] as const;
const texts = ['subject', 'text', 'newText', 'html', 'threadTopic'] as const;
const anyOf = (fields: readonly string[], condition: unknown) => fields.map((field) => ({ [field]: condition }));

/** Finds what is kept of a person. */
export function lookingFor(find: Find) {
  async function lookFor({ ids, addresses }: ErasedPerson): Promise<Found> {
    const enquiries = idsOf(await find('enquiries', { contact: { $in: ids } }));
    const known = sameAddress(addresses);
    const withHim = { side: { $nin: [null, ''] }, $or: anyOf(people, known) };
    const mails = {
      $or: [{ enquiry: { $in: enquiries } }, { contact: { $in: ids } }, { 'from.address': known }, withHim],
    };
    const messages = await find('messages', mails, ofMail);
    const naming = await namedIn(messages, addresses);
    const ledgerIds = textsIn(messages, 'ledger');
    const outgoing = { $or: [{ enquiry: { $in: enquiries } }, { message: { $in: idsOf(messages) } }] };
    const outbox = await find('outbox', outgoing, { blob: 1, state: 1 });
    const others = { 'envelope.to': known, _id: { $nin: idsOf(outbox) } };
    return {
      enquiries,
      showing: await showing(messages, naming),
      messages,
      naming,
      outbox,
      outboxNaming: await find('outbox', others, { blob: 1 }),
      ledger: await find('ledger', { $or: [{ _id: { $in: ledgerIds } }, { from: { $in: addresses } }] }, { blob: 1 }),
      ledgerNaming: await find('ledger', { _id: { $in: textsIn(naming, 'ledger') } }, { blob: 1 }),
      names: await namesOf(ids, addresses, messages),
    };
  }

  /** Scans all mails: done once for a person, by a job. */
  function namedIn(messages: readonly Loose[], addresses: readonly string[]): Promise<Loose[]> {
    const answered = { $in: textsIn(messages, 'messageId') };
    const named = [
      ...anyOf(people, sameAddress(addresses)),
      ...anyOf(['inReplyTo', 'references'], answered),
      ...(addresses.length === 0 ? [] : anyOf(texts, addressPattern(addresses))),
    ];
    return find('messages', { $or: named, _id: { $nin: idsOf(messages) } }, ofMail);
  }

  async function showing(messages: readonly Loose[], naming: readonly Loose[]): Promise<string[]> {
    const merged = idsOf(await find('enquiries', { 'mail.message': { $in: idsOf(messages) } }));
    return [...new Set([...merged, ...textsIn(naming, 'enquiry')])];
  }

  async function namesOf(ids: string[], addresses: string[], messages: readonly Loose[]): Promise<string[]> {
    const parts = await find('contacts', { _id: { $in: ids } }, { firstName: 1, lastName: 1, writtenName: 1 });
    const known = parts.flatMap((part) => [
      [part['firstName'], part['lastName']].filter(Boolean).join(' '),
      plain(part['writtenName']),
    ]);
    const written = messages.flatMap(({ from }) => {
      const { address = '', name = '' } = (from ?? {}) as { address?: string; name?: string };
      return addresses.includes(address.toLowerCase()) ? [name] : [];
    });
    return [...new Set([...known, ...written])];
  }

  return lookFor;
}

/** Ids of documents. */
export const idsOf = (documents: readonly Loose[]): string[] => documents.map(({ _id }) => _id);

/** What stands in one field of documents, where it is a text. */
export const textsIn = (documents: readonly Loose[], field: string): string[] =>
  documents.flatMap((each) => (typeof each[field] === 'string' && each[field] !== '' ? [each[field]] : []));

/** A value of a document as a text; nothing where it is none. */
export const plain = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Files a document names. */
export function blobsOf(document: Loose): string[] {
  const { attachments } = document;
  const files = Array.isArray(attachments) ? attachments.map((each: { blob?: unknown }) => each.blob) : [];
  return [document['blob'], document['bodyBlob'], ...files].filter(
    (each): each is string => typeof each === 'string' && each !== '',
  );
}
