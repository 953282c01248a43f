/** Where a mail may belong, in the fixed order in which intake asks. Nothing is looked up here. */
import { createHash } from 'node:crypto';
import { addressKey } from './addresses';
import type { MailEnvelope } from './classify';
import { firstValue, readHeaderBlock } from './mime/header-block';
import type { ParsedMail } from './parsed-mail';
import { readBodyMarkers, readLocalToken, readOwnMessageId, type TokenSecret } from './thread-tokens';

/** One thing to ask for. `own` is the enquiry an id of ours names: who knows it has had our mail. */
export type ThreadLookup =
  | { step: 'recipient-token'; enquiryId: string; found: string }
  | { step: 'in-reply-to' | 'references'; messageId: string; own: string | null }
  | { step: 'own-message-id'; enquiryId: string; found: string }
  | { step: 'body-marker'; enquiryId: string }
  /** A number anybody can guess: binds participants only. */
  | { step: 'subject-tag'; number: number };

/** Everything to ask for, in order, and tokens that only look like ours (wrong code: refused, and worth a log line). */
export interface ThreadLookups {
  lookups: ThreadLookup[];
  refused: string[];
}

const MAX_IDS = 50;
const RECIPIENT_HEADERS = ['delivered-to', 'x-original-to', 'x-forwarded-to', 'envelope-to', 'x-envelope-to'];

/**
 * What to ask for: token in a recipient, In-Reply-To then References nearest first, the enquiry inside our own ids,
 * marker in the body, number in the subject. `channelAddresses` bound which recipients may carry a token.
 */
export function threadLookups(
  mail: ParsedMail,
  envelope: MailEnvelope,
  channelAddresses: string[],
  secret: TokenSecret,
): ThreadLookups {
  const refused: string[] = [];
  const ids = namedIds(mail).map((entry) => {
    const read = readOwnMessageId(entry.messageId, secret);
    if (read === 'forged') refused.push(entry.messageId);
    return { ...entry, own: read === 'forged' || read === null ? null : read.enquiryId };
  });
  const lookups: ThreadLookup[] = [...recipientTokens(mail, envelope, channelAddresses, secret, refused), ...ids];
  for (const { messageId, own } of ids)
    if (own !== null) lookups.push({ step: 'own-message-id', enquiryId: own, found: messageId });
  const bodies = [mail.text, mail.html ?? ''].flatMap((body) => readBodyMarkers(body, secret));
  for (const enquiryId of new Set(bodies)) lookups.push({ step: 'body-marker', enquiryId });
  const tag = /\[#(\d{1,12})\]/.exec(mail.subject)?.[1];
  if (tag) lookups.push({ step: 'subject-tag', number: Number(tag) });
  return { lookups, refused };
}

/** What ties a bounce or complaint to the mail it is about, most certain first. */
export type BounceLookup =
  | { step: 'bounce-token'; outboxId: string; found: string }
  | { step: 'original-message-id'; messageId: string; own: string | null }
  | { step: 'envelope-id'; envelopeId: string }
  | { step: 'recipient'; address: string };

/** What to ask for to find the sent message that a bounce, receipt or complaint is about. */
export function bounceLookups(mail: ParsedMail, envelope: MailEnvelope, secret: TokenSecret): BounceLookup[] {
  const lookups: BounceLookup[] = [];
  for (const address of recipientsOf(mail, envelope)) {
    const read = readLocalToken(address, secret);
    if (read && read !== 'forged' && read.purpose === 'b')
      lookups.push({ step: 'bounce-token', outboxId: read.id, found: address });
  }
  const messageId = mail.dsn?.originalMessageId ?? mail.feedback?.originalMessageId;
  if (messageId) {
    const read = readOwnMessageId(messageId, secret);
    lookups.push({
      step: 'original-message-id',
      messageId,
      own: read === 'forged' || read === null ? null : read.enquiryId,
    });
  }
  if (mail.dsn?.envelopeId) lookups.push({ step: 'envelope-id', envelopeId: mail.dsn.envelopeId });
  const addresses = mail.dsn?.recipients.map(({ address }) => address) ?? mail.feedback?.recipients ?? [];
  for (const address of new Set(addresses)) if (address) lookups.push({ step: 'recipient', address });
  return lookups;
}

/** Message-ID for a mail that has none; the same however often and by whichever relay the mail is delivered again. */
export function derivedMessageId(raw: Buffer): string {
  const header = readHeaderBlock(raw, 1024 * 1024);
  const written = [
    'from',
    'sender',
    'reply-to',
    'to',
    'cc',
    'date',
    'subject',
    'in-reply-to',
    'references',
    'mime-version',
    'content-type',
    'content-transfer-encoding',
  ];
  const fields = written.flatMap((name) =>
    header.fields.filter((field) => field.name === name).map((field) => [name, field.value]),
  );
  // Without a date two equal mails of different days would be one: the first relay's line tells them apart.
  const trace = firstValue(header.fields, 'date')
    ? []
    : [header.fields.findLast((field) => field.name === 'received')?.value ?? ''];
  const body = raw.subarray(header.bodyStart).toString('latin1').replace(/\r\n?/g, '\n').trimEnd();
  const hash = createHash('sha256')
    .update(JSON.stringify([fields, trace]))
    .update(body, 'latin1')
    .digest('hex');
  return `<${hash.slice(0, 40)}@no-message-id.invalid>`;
}

function namedIds(mail: ParsedMail): { step: 'in-reply-to' | 'references'; messageId: string }[] {
  const seen = new Set<string>(mail.messageId ? [mail.messageId] : []);
  const out: { step: 'in-reply-to' | 'references'; messageId: string }[] = [];
  const add = (step: 'in-reply-to' | 'references', messageId: string): void => {
    if (seen.has(messageId) || out.length >= MAX_IDS) return;
    seen.add(messageId);
    out.push({ step, messageId });
  };
  for (const id of mail.inReplyTo) add('in-reply-to', id);
  for (const id of mail.references.slice(-MAX_IDS).toReversed()) add('references', id);
  const root = mail.references[0];
  if (root && out.length >= MAX_IDS && !seen.has(root)) out.splice(-1, 1, { step: 'references', messageId: root });
  return out;
}

function recipientTokens(
  mail: ParsedMail,
  envelope: MailEnvelope,
  channelAddresses: string[],
  secret: TokenSecret,
  refused: string[],
): ThreadLookup[] {
  const own = new Set(channelAddresses.map(addressKey));
  const out: ThreadLookup[] = [];
  const seen = new Set<string>();
  for (const address of recipientsOf(mail, envelope)) {
    const read = readLocalToken(address, secret);
    if (read === 'forged') refused.push(address);
    else if (read?.purpose === 'r' && own.has(addressKey(read.address)) && !seen.has(read.id)) {
      seen.add(read.id);
      out.push({ step: 'recipient-token', enquiryId: read.id, found: address });
    }
  }
  return out;
}

function recipientsOf(mail: ParsedMail, envelope: MailEnvelope): string[] {
  const headers = RECIPIENT_HEADERS.flatMap((name) => mail.headers.get(name) ?? []);
  const plain = headers.map((value) => /<([^<>]+)>/.exec(value)?.[1] ?? value.trim());
  return [...new Set([...mail.to, ...mail.cc].map(({ address }) => address).concat(plain, envelope.to))];
}
