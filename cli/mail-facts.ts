/** What is told of one inspected mail. */
import { randomBytes } from 'node:crypto';
import { classify } from '../mail/classify';
import { contentHash } from '../mail/content-hash';
import { readDate } from '../mail/mime/date';
import type { ParsedMail } from '../mail/parsed-mail';
import { derivedMessageId, threadLookups } from '../mail/thread-keys';

/** With `--json` exactly this object is printed. */
export type MailFacts = ReturnType<typeof factsOf>;

/** Facts of one parsed mail, as plain JSON. */
export function factsOf(file: string, raw: Buffer, mail: ParsedMail) {
  const unknownEnvelope = { from: null, to: [] };
  const { kind, automatic, noAutoReply, spam, reasons } = classify(mail, unknownEnvelope, { peopleSenders: [] });
  const received = mail.headers.get('received')?.[0]?.split(';').at(-1) ?? null;
  return {
    file,
    size: mail.size,
    kind,
    automatic,
    noAutoReply,
    spam,
    reasons,
    from: mail.from,
    sender: mail.sender,
    replyTo: mail.replyTo,
    to: mail.to,
    cc: mail.cc,
    subject: mail.subject,
    date: mail.date?.toISOString() ?? null,
    receivedAt: readDate(received)?.toISOString() ?? null,
    messageId: mail.messageId ?? derivedMessageId(raw),
    messageIdDerived: mail.messageId === null,
    inReplyTo: mail.inReplyTo,
    references: mail.references,
    // Codes of our own ids are checked by intake only: the command knows no secret.
    threadKeys: threadLookups(mail, unknownEnvelope, [], randomBytes(16)).lookups,
    contentHash: contentHash(mail),
    text: mail.text,
    newText: mail.newText,
    html: mail.html !== null,
    remoteContent: mail.safeHtml?.remoteContentRemoved ?? false,
    language: mail.language,
    protection: mail.protection,
    attachments: mail.attachments.map(({ name, type, declaredType, bytes, contentId, inline, sha256 }) => ({
      name,
      type,
      declaredType,
      bytes,
      contentId,
      inline,
      sha256,
    })),
    dsn: mail.dsn,
    feedback: mail.feedback,
    calendar: mail.calendar,
    warnings: mail.warnings,
  };
}
