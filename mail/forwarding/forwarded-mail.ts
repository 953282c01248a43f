import { isForward } from '../quote';
import { languageOf } from '../language';
import type { Attachment, ParsedMail } from '../parsed-mail';
import { readInlineForward } from './inline-forward';

/** A forwarded mail taken out of the mail that carries it, as if its sender had written to us. */
export interface ForwardedMail {
  mail: ParsedMail;
  /** What the forwarder wrote above it; may be empty. */
  note: string;
}

/** The one mail that is attached whole; null where there is none, or more than one. */
export function attachedMail(mail: ParsedMail): Attachment | null {
  const mails = mail.attachments.filter(({ type, declaredType }) => [type, declaredType].includes('message/rfc822'));
  return mails.length === 1 ? (mails[0] ?? null) : null;
}

/**
 * The mail that somebody passed on (email.md T9), attached whole or below a header block in the text; null where the
 * subject does not say that it is forwarded, or nobody can tell who wrote it. `attached`: the attached mail, read.
 * Headers that lead elsewhere (list, threading) do not come along.
 */
export function forwardedMail(carrier: ParsedMail, attached: ParsedMail | null): ForwardedMail | null {
  if (!isForward(carrier.subject)) return null;
  return inText(carrier) ?? (attached ? whole(carrier, attached) : null);
}

function inText(carrier: ParsedMail): ForwardedMail | null {
  const found = readInlineForward(carrier.text);
  if (!found) return null;
  const { from, replyTo, to, cc, text, note } = found;
  const bare = carrier.subject.replace(/^(?:\s*[^\s:：]{1,12}\s*[:：])+\s*/u, '');
  const head = { from: [from], sender: null, replyTo, to, cc, bcc: [], subject: found.subject || bare };
  const thread = { messageId: null, inReplyTo: [], references: [], headers: new Map(), date: null };
  // The HTML holds the forwarder's words too: nobody outside may get them in a quote.
  const words = { text, newText: text, quotedFrom: null, html: null, safeHtml: null, language: languageOf(text) };
  return { mail: { ...carrier, ...head, ...thread, ...words }, note };
}

function whole(carrier: ParsedMail, attached: ParsedMail): ForwardedMail | null {
  if (attached.from.length === 0) return null;
  const others = carrier.attachments.filter((each) => each !== attachedMail(carrier) && !each.inline);
  const attachments = [...attached.attachments, ...others];
  return { mail: { ...attached, headers: new Map(), attachments }, note: carrier.newText.trim() };
}
