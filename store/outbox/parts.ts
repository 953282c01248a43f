import { Nested, type Collection, type Definition } from '../database/collection';
import type { OutboxDue, OutboxEntry } from '../outbox';

/** What stands in `outboxDue` for a mail that is not done. */
export const dueOf = (entry: OutboxEntry): OutboxDue => ({
  _id: entry._id,
  channel: entry.channel,
  kind: entry.kind,
  dueAt: entry.nextAttemptAt,
  held: entry.state === 'held',
  ...(entry.later ? { later: true, author: entry.author } : {}),
  v: 1,
});

/** What the parts of the outbox share. */
export interface OutboxParts {
  collection: Collection<OutboxEntry>;
  due: Collection<OutboxDue>;
  /** The mail is done: it leaves `outboxDue` within a moment. */
  leave: (entry: OutboxEntry) => void;
}

/** Whether nothing more happens to it by itself. */
export const isDone = (entry: OutboxEntry): boolean =>
  ['sent', 'failed', 'uncertain', 'discarded'].includes(entry.state);

/** How the collection is made. */
export const outbox: Definition<OutboxEntry> = {
  name: 'outbox',
  fields: {
    enquiry: String,
    channel: String,
    kind: String,
    author: String,
    state: String,
    attempt: Number,
    serverMessageId: String,
    forgivenTo: Number,
    released: Boolean,
    draft: String,
    later: Boolean,
    lookedAt: Date,
    moved: Nested,
    undoneBy: String,
    refusals: Number,
    message: String,
    messageId: String,
    envelope: Nested,
    blob: String,
    bytes: Number,
    digest: String,
    queuedAt: Date,
    sendAfter: Date,
    nextAttemptAt: Date,
    heldBecause: String,
    discardedBecause: String,
    answers: [Nested],
    acceptedRecipients: [String],
    takenBy: String,
    takenAt: Date,
    doneAt: Date,
    bounced: Nested,
    reports: [Nested],
    copiedToSent: Boolean,
  },
  indexes: [{ fields: { messageId: 1 } }, { fields: { enquiry: 1 } }],
};

/** How the small collection of mails that are not done is made. */
export const outboxDue: Definition<OutboxDue> = {
  name: 'outboxDue',
  fields: { channel: String, kind: String, dueAt: Date, held: Boolean, later: Boolean, author: String },
};
