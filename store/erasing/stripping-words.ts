import type { Blobs } from '../blobs';
import type { Loose } from '../database/model';
import { idsOf, plain, type Access, type ErasedPerson, type Found } from './looking-for';
import { addressPattern, masked, patternOf } from './masking';

/** How others' documents, and the files they name, are read and written. */
interface WordsPorts extends Access {
  blobs: Pick<Blobs, 'get'>;
}

/** A text without the person. */
type TextOf = (value: unknown) => string;

const ofWords = { subject: 1, text: 1, newText: 1, threadTopic: 1, bodyBlob: 1 } as const;
const draftFields = ['to', 'cc', 'bcc', 'subject', 'text', 'html'] as const;
/** Of a text that stood in a file so much goes on in the document. */
const LONGEST = 100_000;

/**
 * Takes a person out of what others wrote: what they quote, his addresses and full names in their own words. Recipients and
 * Message-IDs, by which these mails are found, stay until `unlinking`, so that it may run again from any point.
 */
export function strippingWords({ find, change, remove, blobs }: WordsPorts) {
  /** Their own words, without what they quote; of a large text as its file has it. */
  async function ownWords({ bodyBlob, newText, text }: Loose): Promise<string> {
    const stored = plain(newText) || plain(text);
    if (typeof bodyBlob !== 'string') return stored;
    const file = await blobs.get(bodyBlob).catch(() => null);
    const body = file === null ? {} : (JSON.parse(file.toString()) as { text?: string; newText?: string });
    return (body.newText || body.text || stored).slice(0, LONGEST);
  }

  async function stripMails(found: Found, textOf: TextOf): Promise<void> {
    for (const message of await find('messages', { _id: { $in: idsOf(found.naming) } }, ofWords)) {
      const own = textOf(await ownWords(message));
      const topic = typeof message['threadTopic'] === 'string' ? { threadTopic: textOf(message['threadTopic']) } : {};
      const words = { text: own, newText: own, html: null, subject: textOf(message['subject']), ...topic };
      await change('messages', { _id: message._id }, { $set: { ...words, blob: null } });
    }
    for (const entry of await find('ledger', { _id: { $in: idsOf(found.ledgerNaming) } }, { subject: 1 })) {
      const subject = typeof entry['subject'] === 'string' ? textOf(entry['subject']) : null;
      await change('ledger', { _id: entry._id }, { $set: { subject, blob: '' } });
    }
  }

  async function stripSubjects(found: Found, textOf: TextOf): Promise<void> {
    for (const name of ['enquiries', 'openEnquiries']) {
      for (const enquiry of await find(name, { _id: { $in: found.showing } }, { subject: 1 })) {
        const subject = textOf(enquiry['subject']);
        if (subject !== enquiry['subject']) await change(name, { _id: enquiry._id }, { $set: { subject } });
      }
    }
  }

  /** What was sent stands in its message; a draft that quotes him goes, as nothing tells its words from his. */
  async function stripDrafts(addresses: readonly string[], found: Found): Promise<void> {
    const answering = { answers: { $in: idsOf(found.messages) } };
    const named = addresses.length === 0 ? [] : draftFields.map((field) => ({ [field]: addressPattern(addresses) }));
    const his = { $or: [answering, ...named] };
    await remove('drafts', { ...his, sentAs: null });
    await change('drafts', his, { $set: { html: null, text: '', subject: '', to: [], cc: [], bcc: [] } });
  }

  return async (person: ErasedPerson, found: Found): Promise<void> => {
    const pattern = patternOf({ addresses: person.addresses, names: found.names });
    const textOf: TextOf = (value) => masked(plain(value), pattern);
    await stripMails(found, textOf);
    await stripSubjects(found, textOf);
    await stripDrafts(person.addresses, found);
  };
}
