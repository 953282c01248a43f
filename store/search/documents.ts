import type { Contact } from '../contacts';
import type { BriefEnquiry } from '../enquiries/looking-back';
import type { Message, NamedAddress } from '../messages';
import { tokensOf } from './fold';
import type { SearchDocument } from './search-index';

/** Longest text of one mail, and most tokens of one document. */
const LONGEST_TEXT = 50_000;
const MOST_TOKENS = 50_000;

/** What a document of an enquiry was made from. */
export const stampOf = ({ seq, mail, tags }: Pick<BriefEnquiry, 'seq' | 'mail' | 'tags'>): string =>
  `${seq}.${mail.length}.${tags.join(' ')}`;

/** An enquiry with the words of all its mails and notes, its people, files and tags. */
export function enquiryDocument(
  enquiry: BriefEnquiry,
  { contact, messages }: { contact: Contact | null; messages: readonly Message[] },
): SearchDocument {
  const { _id: id, number, channel, group, assignee, ringing, subject, tags, mail, openedAt } = enquiry;
  const texts = [subject, ...tags, ...(contact ? contactTexts(contact) : []), ...messages.flatMap(messageTexts)];
  return {
    id,
    kind: 'enquiry',
    at: Math.max(openedAt.getTime(), ...mail.map((each) => each.at.getTime())),
    stamp: stampOf(enquiry),
    channel,
    group,
    assignee,
    // Documents of before this was kept have none.
    ringing: Array.isArray(ringing) ? ringing : [],
    number: [String(number)],
    words: wordsOf(texts),
  };
}

const nowhere = { channel: '', group: null, assignee: null, ringing: [], number: [] };

/** A contact by his names, addresses, tags, fields and records. */
export const contactDocument = (contact: Contact): SearchDocument => ({
  ...nowhere,
  id: contact._id,
  kind: 'contact',
  at: contact.createdAt.getTime(),
  stamp: '',
  words: wordsOf([
    ...contactTexts(contact),
    ...contact.tags,
    contact.notes,
    ...Object.values(contact.custom).map(String),
    ...contact.records.map(({ id }) => id),
  ]),
});

/** A mail that belongs to no enquiry. */
export const messageDocument = (message: Message): SearchDocument => ({
  ...nowhere,
  id: message._id,
  kind: 'message',
  at: message.at.getTime(),
  stamp: '',
  channel: message.channel,
  words: wordsOf(messageTexts(message)),
});

const contactTexts = ({ firstName, lastName, addresses }: Contact): string[] => [
  `${firstName} ${lastName}`,
  ...addresses,
];

function messageTexts(message: Message): string[] {
  const { from, to, cc, subject, newText, text, attachments, messageId } = message;
  const people = [...(from ? [from] : []), ...to, ...cc].slice(0, 50).map(personText);
  const files = attachments.filter(({ inline }) => !inline).map(({ name }) => name);
  return [...people, subject, (newText || text).slice(0, LONGEST_TEXT), ...files, messageId ?? ''];
}

const personText = ({ name, address }: NamedAddress): string => `${name} ${address}`;

/** The tokens of all texts, each text once. */
function wordsOf(texts: readonly string[]): string[] {
  const words: string[] = [];
  for (const text of new Set(texts)) {
    if (words.length >= MOST_TOKENS) break;
    words.push(...tokensOf(text).slice(0, MOST_TOKENS - words.length));
  }
  return words;
}
