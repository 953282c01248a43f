import { createHash } from 'node:crypto';
import MailComposer from 'nodemailer/lib/mail-composer';
import { signDkim, type DkimKey } from './dkim';
import { htmlDocument, textOfHtml } from './html-document';
import { isMessageId, trimReferences } from './threading-headers';

/** An address of an outgoing mail; the name is shown as given, without line breaks. */
export interface OutgoingAddress {
  address: string;
  name?: string | null;
}

/** A file of an outgoing mail; one with a `contentId` is shown where the HTML names it as `cid:`. */
export interface OutgoingAttachment {
  name: string;
  type: string;
  content: Buffer;
  contentId?: string | null;
}

/** All that a mail of ours is made of. There is no place for Bcc (envelope only) and none for headers of a customer. */
export interface OutgoingMail {
  /** Minted once by the caller, with angle brackets; the same for every attempt. */
  messageId: string;
  date: Date;
  from: OutgoingAddress;
  to: readonly OutgoingAddress[];
  cc?: readonly OutgoingAddress[];
  /** The token address, where the channel's address allows plus-addressing. */
  replyTo?: OutgoingAddress | null;
  subject: string;
  /** The line that clients show beside the subject in their lists. */
  preview?: string | null;
  /** Sanitised HTML: a fragment, or a whole document which is then taken as it is. */
  html: string;
  /** Made from the HTML when absent. */
  text?: string | null;
  /** Language of the text (BCP 47), for screen readers and hyphenation. */
  language?: string | null;
  attachments?: readonly OutgoingAttachment[];
  inReplyTo?: string | null;
  references?: readonly string[];
  threadIndex?: string | null;
  threadTopic?: string | null;
  /** Set on mail no person wrote; `instance` is this installation's name in `X-Loop`, `answers` false where it answers none. */
  automatic?: { instance: string; answers?: boolean } | null;
  dkim?: DkimKey | null;
}

/** An address or a Message-ID that cannot stand in a header or an envelope; nothing was composed. */
export class UnusableAddress extends Error {
  override readonly name = 'UnusableAddress';
}

/**
 * Makes the bytes of a mail: multipart/alternative of text and HTML, inline images in multipart/related, files after it.
 * The same input gives the same bytes. Throws `UnusableAddress` and `UnusableDkimKey`.
 */
export async function composeMail(mail: OutgoingMail): Promise<Buffer> {
  if (!isMessageId(mail.messageId)) throw new UnusableAddress(`"${mail.messageId}" is not a Message-ID.`);
  const composer = new MailComposer({
    from: header(mail.from),
    to: mail.to.map(header),
    cc: (mail.cc ?? []).map(header),
    ...(mail.replyTo ? { replyTo: header(mail.replyTo) } : {}),
    subject: oneLine(mail.subject, 900),
    messageId: mail.messageId,
    date: mail.date,
    ...(mail.inReplyTo && isMessageId(mail.inReplyTo) ? { inReplyTo: mail.inReplyTo } : {}),
    references: trimReferences(mail.references ?? []),
    text: mail.text ?? textOfHtml(mail.html),
    html: htmlDocument({ ...mail, title: oneLine(mail.subject, 900), preview: oneLine(mail.preview ?? '', 250) }),
    attachments: (mail.attachments ?? []).map(attachment),
    headers: extraHeaders(mail),
    baseBoundary: createHash('sha256')
      .update(mail.messageId)
      .update(mail.date.toISOString())
      .digest('hex')
      .slice(0, 24),
    boundaryPrefix: '--_Rp',
    newline: 'win',
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const raw = await composer.compile().build();
  return mail.dkim ? signDkim(raw, mail.dkim) : raw;
}

/** Returns an address fit for header and envelope, trimmed; throws `UnusableAddress` when it could break out of either. */
export function checkAddress(address: string): string {
  const trimmed = address.trim();
  if (!/^[^\s\p{C}<>,;:"()[\]\\@]{1,64}@[^\s\p{C}<>,;:"()\\@]{1,255}$/u.test(trimmed)) {
    throw new UnusableAddress(`${JSON.stringify(trimmed.slice(0, 100))} is not an email address we can send to.`);
  }
  return trimmed;
}

function header({ address, name }: OutgoingAddress): { address: string; name: string } {
  return { address: checkAddress(address), name: oneLine(name ?? '', 200) };
}

function attachment(file: OutgoingAttachment) {
  return {
    filename: oneLine(file.name, 200).replace(/[/\\]/g, '_') || 'attachment',
    contentType: /^[\w.+-]+\/[\w.+-]+$/.test(file.type) ? file.type : 'application/octet-stream',
    content: file.content,
    ...(file.contentId ? { cid: oneLine(file.contentId, 200).replace(/[<>\s]/g, '') } : {}),
  };
}

function extraHeaders(mail: OutgoingMail): Record<string, string> {
  const headers: Record<string, string> = {};
  // Outlook threads by these two, whatever References says; it takes only what it made itself (FreeScout #4922).
  if (mail.threadIndex) headers['Thread-Index'] = mail.threadIndex.replace(/[^A-Za-z0-9+/=]/g, '');
  if (mail.threadTopic) headers['Thread-Topic'] = oneLine(mail.threadTopic, 250);
  if (mail.automatic) {
    // RFC 3834 5: no responder may answer this; Exchange and older responders look at the others.
    const answers = mail.automatic.answers ?? true;
    headers['Auto-Submitted'] = answers ? 'auto-replied' : 'auto-generated';
    headers['X-Auto-Response-Suppress'] = 'All';
    if (answers) headers['Precedence'] = 'auto_reply';
    headers['X-Loop'] = oneLine(mail.automatic.instance, 100);
  }
  return headers;
}

function oneLine(text: string, maxLength: number): string {
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  return line.length > maxLength ? line.slice(0, maxLength) : line;
}
