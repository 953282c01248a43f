/** What stands in a draft: what it begins with, and what becomes of it when its author changes something. */
import { createHash } from 'node:crypto';
import { paragraphsOf, type Draft, type DraftMode } from '../store/drafts';
import type { Enquiry } from '../store/enquiries';
import type { Attachment, Message } from '../store/messages';
import { notFound } from './api-error';
import { pictureId } from './attachments';
import type { ApiPorts } from './ports';
import { answerHead, answerSubject, cleanRecipients, messageToAnswer, neverOf, ownAddresses } from './recipients';

/** What an agent writes; what he leaves out is taken from his working draft, then from the mail he answers. */
export interface DraftText {
  html?: string | null | undefined;
  text?: string | undefined;
  to?: string[] | undefined;
  cc?: string[] | undefined;
  bcc?: string[] | undefined;
  subject?: string | undefined;
  /** To answer only who wrote, or everybody; another one addresses the draft anew. */
  mode?: DraftMode | undefined;
  /** Message to answer; another one addresses the draft anew. */
  answers?: string | undefined;
  /** Channel to leave from; null: that of the enquiry. */
  channel?: string | null | undefined;
  /** Newest mail from outside he has before him. */
  seen?: string | null | undefined;
  /** When it is to leave, of a draft that is sent (send later). */
  sendAfter?: string | undefined;
  /** Digest of the working draft he has before him; another one is refused (`changed-meanwhile`). */
  expectedDigest?: string | undefined;
}

/** What drafts are made with. */
export type DraftPorts = Pick<ApiPorts, 'store' | 'mail' | 'now'>;

/** A draft without what says whose it is and what became of it. */
export type Content = Omit<Draft, '_id' | 'v' | 'sentAs' | 'sentBy' | 'digest' | 'savedAt' | 'enquiry' | 'agent'>;

/** How a draft begins: empty, and addressed as the answer to all would be. */
export const emptyContent = async (ports: DraftPorts, enquiry: Enquiry): Promise<Content> => {
  const nothing = { html: null, text: '', to: [], cc: [], bcc: [], subject: '', attachments: [] };
  return addressed(ports, enquiry, { ...nothing, seen: newestFromOutside(enquiry) }, { mode: 'reply-all' });
};

/** A message of the enquiry as it is passed on: below the words, with its files. */
export const forwardedContent = async (
  ports: DraftPorts,
  enquiry: Enquiry,
  { message, files, words }: { message: string | undefined; files: boolean; words: Pick<DraftText, 'html' | 'text'> },
): Promise<Content> => {
  const answered = await answeredMessage(ports, enquiry, message);
  const channel = await ports.store.channels.get(enquiry.channel);
  if (!answered) throw notFound('message of this enquiry', message ?? '');
  const block = ports.mail.forwardBlock(answered, channel?.timezone ?? 'UTC');
  const html = words.html ?? paragraphsOf(words.text ?? '');
  return {
    html: `${ports.mail.sanitizeAgentHtml(html).html}\n<br />\n${block.html}`,
    text: `${words.text ?? ports.mail.textOfHtml(html)}\n\n${block.text}`,
    to: [],
    cc: [],
    bcc: [],
    subject: answerSubject('Fwd', answered.subject, channel?.replySubject ?? ''),
    attachments: answered.attachments.filter(({ inline }) => files || inline),
    mode: 'forward',
    answers: answered._id,
    seen: newestFromOutside(enquiry),
  };
};

/** Id of the newest mail from outside in the contact's own thread; null when there is none. */
export const newestFromOutside = ({ mail }: Enquiry): string | null =>
  mail.findLast(({ direction, side }) => direction === 'in' && side === undefined)?.message ?? null;

/** The draft after a change; throws `not-found` for a message that is not of the enquiry. */
export const merged = async (
  ports: DraftPorts,
  enquiry: Enquiry,
  before: Content,
  change: DraftText,
): Promise<Content> => {
  const { mode = before.mode ?? 'reply-all', answers } = change;
  const turned = mode !== (before.mode ?? 'reply-all') || (answers !== undefined && answers !== before.answers);
  const base = turned ? await addressed(ports, enquiry, before, { mode, answers }) : before;
  const body = await bodyOf(ports, base, change);
  const written = { to: change.to ?? base.to, cc: change.cc ?? base.cc, bcc: change.bcc ?? base.bcc };
  const { to, cc, bcc } = cleanRecipients(written, await never(ports, base.answers ?? null));
  return {
    ...base,
    ...body,
    to,
    cc,
    bcc,
    subject: change.subject ?? base.subject,
    channel: change.channel === undefined ? (base.channel ?? null) : change.channel,
    seen: change.seen === undefined ? (base.seen ?? null) : change.seen,
    sendAfter: change.sendAfter === undefined ? null : new Date(change.sendAfter),
  };
};

/** Digest of what an agent sees of his draft; what he had before him when he began is no part of it. */
export const digestOfContent = (content: Omit<Content, 'seen'>): string => {
  const {
    html,
    text,
    to,
    cc,
    bcc,
    subject,
    attachments,
    sendAfter = null,
    mode = 'reply-all',
    channel = null,
  } = content;
  const later = sendAfter === null ? {} : { sendAfter };
  const how = { ...(mode === 'reply-all' ? {} : { mode }), ...(channel === null ? {} : { channel }) };
  const what = { html, text, to, cc, bcc, subject, attachments, ...later, ...how };
  return createHash('sha256').update(JSON.stringify(what)).digest('hex');
};

/** Who gets no answer to this message, whatever its author wrote. */
export const never = async ({ store }: DraftPorts, answers: string | null): Promise<Set<string>> => {
  const [channels, answered] = await Promise.all([
    store.channels.list(),
    answers === null ? null : store.messages.get(answers),
  ]);
  return neverOf(ownAddresses(channels), answered);
};

async function addressed(
  { store }: DraftPorts,
  enquiry: Enquiry,
  before: Content,
  { mode, answers }: { mode: DraftMode; answers?: string | undefined },
): Promise<Content> {
  const [channels, answered] = await Promise.all([store.channels.list(), answeredMessage({ store }, enquiry, answers)]);
  const channel = channels.find(({ _id }) => _id === enquiry.channel) ?? null;
  const about = { ...before, mode, answers: answered?._id ?? null };
  if (!answered || mode === 'forward') return { ...about, subject: before.subject || `Re: ${enquiry.subject}` };
  const { to, cc, subject } = answerHead({ answered, mode, channel, own: ownAddresses(channels) });
  const plain = (all: { address: string }[]): string[] => all.map(({ address }) => address);
  return { ...about, to: plain(to), cc: plain(cc), bcc: [], subject };
}

async function answeredMessage(
  { store }: Pick<DraftPorts, 'store'>,
  enquiry: Enquiry,
  answers: string | undefined,
): Promise<Message | null> {
  const byTime = enquiry.mail.toSorted((one, other) => one.at.getTime() - other.at.getTime());
  const all = byTime.map(({ message }) => message);
  if (answers === undefined) return messageToAnswer(await store.messages.getMany(all));
  const message = all.includes(answers) ? await store.messages.get(answers) : null;
  if (!message || message.direction === 'note') throw notFound('message of this enquiry', answers);
  return message;
}

async function bodyOf(
  ports: DraftPorts,
  before: Content,
  { html, text }: DraftText,
): Promise<Pick<Content, 'html' | 'text' | 'attachments'>> {
  if (html === undefined && text === undefined) return before;
  const { attachments } = before;
  if (!html) return { html: null, text: text ?? '', attachments };
  const clean = await withPicturesApart(ports, ports.mail.sanitizeAgentHtml(html).html, attachments);
  return { ...clean, text: text ?? ports.mail.textOfHtml(clean.html) };
}

const PICTURE = /(<img\b[^<>]*\bsrc=")data:(image\/[\w.+-]+);base64,([^"<>]*)"/gi;

/** Pictures that were pasted travel as parts of the mail: most mail programs show nothing that stands in the HTML itself. */
async function withPicturesApart(
  { store, mail }: DraftPorts,
  html: string,
  attachments: readonly Attachment[],
): Promise<{ html: string; attachments: Attachment[] }> {
  const all = [...attachments];
  const parts: string[] = [];
  let from = 0;
  for (const match of html.matchAll(PICTURE)) {
    const [whole, start = '', declared = '', encoded = ''] = match;
    const content = Buffer.from(encoded, 'base64');
    const { sha256: blob, bytes } = await store.blobs.put(content);
    const contentId = pictureId(blob);
    const type = mail.fileType(content, declared, 'picture');
    const picture = { name: `picture.${type.split('/')[1] ?? 'png'}`, type, bytes, blob, inline: true, contentId };
    if (!all.some((each) => each.contentId === contentId)) all.push(picture);
    parts.push(html.slice(from, match.index), `${start}cid:${contentId}"`);
    from = match.index + whole.length;
  }
  return { html: [...parts, html.slice(from)].join(''), attachments: all };
}
