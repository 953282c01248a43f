import type { Channel } from '../../store/channels';
import type { OutboxEntry, OutboxState } from '../../store/outbox';
import { flag, instant, list, named, nullable, object, text, whole, word, type TypeOf } from '../http/schema';
import { iso, isoOrNull } from './basics';

/** Every state of an outgoing mail. */
export const outboxStates = [
  'queued',
  'held',
  'trying',
  'handed-over',
  'sent',
  'failed',
  'uncertain',
  'discarded',
] as const satisfies readonly OutboxState[];

/** An outgoing mail and what became of it. */
export const outboxShape = named(
  'OutboxMail',
  object({
    id: text(),
    enquiry: nullable(text()),
    channel: text(),
    kind: text({
      description:
        'reply, side (to somebody outside, not the contact), auto-reply, close-notice, closed-thread-notice, idle-warning, test or system.',
    }),
    author: text(),
    state: word(
      outboxStates,
      'uncertain: handed over, but the line broke before it was confirmed; never sent again by itself.',
    ),
    attempt: whole(),
    message: nullable(text()),
    messageId: text(),
    from: text(),
    to: list(text()),
    bytes: whole(),
    queuedAt: instant('When it was queued.'),
    sendAfter: instant('Not sent before; until then it can be undone.'),
    doneAt: nullable(instant('When it was sent, failed, or nobody could say.')),
    later: flag('Its author chose the moment it leaves.'),
    heldBecause: nullable(text()),
    discardedBecause: nullable(text({ description: 'Why it does not leave, where no person decided so.' })),
    waitsFor: nullable(text({ description: 'Why nothing of its channel can be sent at the moment; the mail waits.' })),
    answers: list(
      object({
        at: instant('When the server answered.'),
        attempt: whole(),
        recipient: nullable(text()),
        code: nullable(whole()),
        text: text({ description: 'The mail server, word for word.' }),
      }),
    ),
    acceptedRecipients: list(text()),
    bounced: nullable(
      object({ at: instant('When the report came.'), recipient: nullable(text()), code: nullable(text()) }),
    ),
    copiedToSent: flag(),
  }),
);

/** An outgoing mail as it is answered. */
export const outboxView = (entry: OutboxEntry, channel: Channel | null): TypeOf<typeof outboxShape> => ({
  id: entry._id,
  enquiry: entry.enquiry,
  channel: entry.channel,
  kind: entry.kind,
  author: entry.author,
  state: entry.state,
  attempt: entry.attempt,
  message: entry.message,
  messageId: entry.messageId,
  from: entry.envelope.from,
  to: entry.envelope.to,
  bytes: entry.bytes,
  queuedAt: iso(entry.queuedAt),
  sendAfter: iso(entry.sendAfter),
  doneAt: isoOrNull(entry.doneAt),
  later: entry.later ?? false,
  heldBecause: entry.heldBecause,
  discardedBecause: entry.discardedBecause ?? null,
  waitsFor: entry.state === 'queued' ? (channel?.sending?.reason ?? null) : null,
  answers: entry.answers.map(({ at, attempt, recipient, code, text: said }) => ({
    at: iso(at),
    attempt,
    recipient,
    code,
    text: said,
  })),
  acceptedRecipients: entry.acceptedRecipients,
  bounced: entry.bounced && { ...entry.bounced, at: iso(entry.bounced.at) },
  copiedToSent: entry.copiedToSent,
});
