import type { Attachment, Message } from '../../store/messages';
import { writtenByAuthor } from '../../store/written-by';
import { anything, flag, instant, list, named, nullable, object, text, whole, word, type TypeOf } from '../http/schema';
import { iso, isoOrNull } from './basics';

/** An address with the name a mail shows. */
export const namedAddressShape = named('NamedAddress', object({ address: text(), name: text() }));

/** An attachment as it is listed; its bytes are fetched from `href`, with the rights of the message. */
export const attachmentShape = named(
  'Attachment',
  object({
    number: whole({ description: 'Place in the list, from 0.' }),
    name: text(),
    type: text({ description: 'Media type by content, not as declared.' }),
    bytes: whole(),
    inline: flag(),
    contentId: nullable(text()),
    href: text(),
  }),
);

/** Who wrote it: a person, a program that serves as an agent, or a flow. */
const writtenByShape = named(
  'WrittenBy',
  object({
    kind: word(['agent', 'program', 'flow', 'system'], 'Of a mail that leaves or a note; null for what came in.'),
    id: text({ description: 'User id; flow or system.' }),
    draftedBy: nullable(text({ description: 'Program that drafted what the agent sent.' })),
  }),
);

/** One email, in or out, or a note. */
export const messageShape = named(
  'Message',
  object({
    id: text(),
    enquiry: nullable(text()),
    channel: text(),
    direction: word(['in', 'out', 'note']),
    from: nullable(namedAddressShape),
    to: list(namedAddressShape),
    cc: list(namedAddressShape),
    subject: text(),
    date: nullable(instant('As the mail claims.')),
    at: instant('When it was received, queued or written.'),
    text: text({ description: 'The whole text.' }),
    newText: text({ description: 'The text without what it quotes.' }),
    html: nullable(text({ description: 'Sanitised; show it in a sandboxed frame all the same.' })),
    attachments: list(attachmentShape),
    messageId: nullable(text()),
    inReplyTo: list(text(), {
      description: 'Message-IDs it answers: below the message that has one of them it stands in a thread.',
    }),
    automatic: flag('No person wrote it; no robot answers it.'),
    kind: text(),
    author: nullable(text({ description: 'User id, flow or system; null for the contact.' })),
    writtenBy: nullable(writtenByShape),
    forwardedBy: nullable(object({ user: text(), address: text(), name: text() })),
    side: nullable(text({ description: 'Side thread it belongs to; null: the contact’s own.' })),
    seenByContact: flag('False: a note, or a mail of a side thread.'),
    otherSender: flag('Who wrote knows the thread but took no part in it.'),
    delivery: nullable(object({ state: text(), at: instant('When it came to that.'), answer: nullable(text()) })),
    authentication: anything('What SPF, DKIM and DMARC said of a mail received by SMTP; null when nothing is known.'),
    warnings: list(text()),
    outbox: nullable(text({ description: 'The outbox mail it leaves by.' })),
  }),
);

const attachmentView = (message: string, attachment: Attachment, number: number): TypeOf<typeof attachmentShape> => ({
  number,
  name: attachment.name,
  type: attachment.type,
  bytes: attachment.bytes,
  inline: attachment.inline,
  contentId: attachment.contentId,
  href: `/v1/messages/${encodeURIComponent(message)}/attachments/${number}`,
});

/** A message as it is answered. */
export const messageView = (message: Message): TypeOf<typeof messageShape> => ({
  id: message._id,
  enquiry: message.enquiry,
  channel: message.channel,
  direction: message.direction,
  from: message.from,
  to: message.to,
  cc: message.cc,
  subject: message.subject,
  date: isoOrNull(message.date),
  at: iso(message.at),
  text: message.text,
  newText: message.newText,
  html: message.html,
  attachments: message.attachments.map((each, number) => attachmentView(message._id, each, number)),
  messageId: message.messageId,
  inReplyTo: message.inReplyTo,
  automatic: message.automatic,
  kind: message.kind,
  author: message.author,
  writtenBy: message.direction === 'in' ? null : (message.writtenBy ?? writtenByAuthor(message.author)),
  forwardedBy: message.forwardedBy ?? null,
  side: message.side ?? null,
  seenByContact: message.direction !== 'note' && !message.side,
  otherSender: message.otherSender,
  delivery: message.delivery && { ...message.delivery, at: iso(message.delivery.at) },
  authentication: message.authentication,
  warnings: message.warnings,
  outbox: message.outbox,
});
