/** Decodes the header of a mail. */
import { readAddresses } from '../addresses';
import { readDate } from './date';
import { firstValue, type HeaderField } from './header-block';
import { readMessageIds, readOwnMessageId } from './message-ids';
import { decodeWords, withoutTurning } from './words';
import type { Address, Headers, ParsedMail } from '../parsed-mail';

/** What the header alone says. */
export type HeaderFacts = Pick<
  ParsedMail,
  | 'messageId'
  | 'from'
  | 'sender'
  | 'replyTo'
  | 'to'
  | 'cc'
  | 'bcc'
  | 'subject'
  | 'date'
  | 'inReplyTo'
  | 'references'
  | 'headers'
  | 'warnings'
>;

const MAX_SUBJECT_CHARS = 2000;
const MAX_VALUE_CHARS = 100_000;

/** Reads the fields; `hint` is the charset of the body, for raw bytes that declare none. */
export function readHeaders(fields: HeaderField[], hint: string | null, maxAddresses: number): HeaderFacts {
  const warnings: string[] = [];
  const addresses = (name: string): Address[] =>
    fields.filter((field) => field.name === name).flatMap((field) => readAddresses(field.value, hint, maxAddresses));
  const from = addresses('from').filter((one, i, all) => all.findIndex((other) => other.address === one.address) === i);
  const date = readDate(firstValue(fields, 'date'));
  // Decoded as References are, so that an answer names the id as it is kept.
  const messageId = readOwnMessageId(decodeWords(firstValue(fields, 'message-id') ?? ''));
  const count = (name: string): number => fields.filter((field) => field.name === name).length;
  if (from.length === 0) warnings.push('The mail has no From address.');
  if (count('from') > 1) warnings.push('The mail has more than one From field.');
  else if (from.length > 1) warnings.push('The mail names more than one sender.');
  if (messageId === null) warnings.push('The mail has no Message-ID; one is made from its content.');
  if (count('message-id') > 1) warnings.push('The mail has more than one Message-ID; the first counts.');
  if (date === null)
    warnings.push(count('date') > 0 ? 'The date of the mail cannot be read.' : 'The mail has no date.');
  const to = addresses('to').slice(0, maxAddresses);
  // Old programs name whom they answer before the id of the mail: an address is nobody's Message-ID.
  const people = new Set([...from, ...to].map(({ address }) => `<${address.toLowerCase()}>`));
  const ids = (name: string): string[] => idsOf(fields, name).filter((id) => !people.has(id.toLowerCase()));
  return {
    messageId,
    from,
    sender: addresses('sender')[0] ?? null,
    replyTo: addresses('reply-to'),
    to,
    cc: addresses('cc').slice(0, maxAddresses),
    bcc: addresses('bcc').slice(0, maxAddresses),
    subject: withoutTurning(decodeWords(firstValue(fields, 'subject') ?? '', hint))
      .replace(/\s+/g, ' ')
      .trim()
      .slice(0, MAX_SUBJECT_CHARS),
    date,
    inReplyTo: ids('in-reply-to'),
    references: ids('references'),
    headers: decodedHeaders(fields, hint),
    warnings,
  };
}

function idsOf(fields: HeaderField[], name: string): string[] {
  return [
    ...new Set(
      fields.filter((field) => field.name === name).flatMap((field) => readMessageIds(decodeWords(field.value))),
    ),
  ];
}

/** All fields, decoded. */
export function decodedHeaders(fields: HeaderField[], hint: string | null): Headers {
  const headers: Headers = new Map();
  for (const { name, value } of fields) {
    const decoded = decodeWords(value.slice(0, MAX_VALUE_CHARS), hint);
    const list = headers.get(name);
    if (list) list.push(decoded);
    else headers.set(name, [decoded]);
  }
  return headers;
}
