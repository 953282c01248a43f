import {
  Nested,
  openCollection,
  type CollectionPorts,
  type Definition,
  type Query,
  type Stored,
} from './database/collection';
import { createLeaving } from './database/leaving';
import { EffectDiffers } from './errors';

/** `trying`: nothing handed over yet; `handed-over`: the final dot may have been seen; `uncertain`: nobody can say. */
export type OutboxState = 'queued' | 'held' | 'trying' | 'handed-over' | 'sent' | 'failed' | 'uncertain' | 'discarded';

/** Why a mail is sent. */
export type OutboxKind = 'reply' | 'auto-reply' | 'close-notice' | 'closed-thread-notice' | 'test' | 'system';

/** What a mail server said, word for word. */
export interface ServerAnswer {
  at: Date;
  attempt: number;
  recipient: string | null;
  code: number | null;
  text: string;
}

/** One mail to be sent; `_id` is derived from what queued it, so that it is queued once. */
export interface OutboxEntry extends Stored {
  enquiry: string | null;
  channel: string;
  kind: OutboxKind;
  author: string;
  state: OutboxState;
  /** Attempts begun. */
  attempt: number;
  /** Message document that shows it. */
  message: string | null;
  messageId: string;
  envelope: { from: string; to: string[] };
  /** The composed mail, in `store.blobs`. */
  blob: string;
  bytes: number;
  /** Of the effect or act that queued it. */
  digest: string;
  queuedAt: Date;
  /** Not before: undo, send later, pacing. */
  sendAfter: Date;
  nextAttemptAt: Date;
  /** Why it is held. */
  heldBecause: string | null;
  answers: ServerAnswer[];
  acceptedRecipients: string[];
  /** Sender that took it, and when. */
  takenBy: string | null;
  takenAt: Date | null;
  doneAt: Date | null;
  bounced: { at: Date; recipient: string | null; code: string | null } | null;
  copiedToSent: boolean;
}

/** A mail as it is queued. */
export type QueuedMail = Pick<
  OutboxEntry,
  | '_id'
  | 'enquiry'
  | 'channel'
  | 'kind'
  | 'author'
  | 'message'
  | 'messageId'
  | 'envelope'
  | 'blob'
  | 'bytes'
  | 'digest'
  | 'queuedAt'
  | 'sendAfter'
  | 'heldBecause'
>;

/** A mail that is not done; `_id` is the outbox id. */
export interface OutboxDue extends Stored {
  channel: string;
  kind: OutboxKind;
  dueAt: Date;
  held: boolean;
}

/** How an attempt ended. `queued`: try again at `nextAttemptAt`. */
export interface AttemptResult {
  state: 'sent' | 'failed' | 'uncertain' | 'queued';
  answers: ServerAnswer[];
  acceptedRecipients: string[];
  nextAttemptAt?: Date;
  now: Date;
}

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
    answers: [Nested],
    acceptedRecipients: [String],
    takenBy: String,
    takenAt: Date,
    doneAt: Date,
    bounced: Nested,
    copiedToSent: Boolean,
  },
  indexes: [{ fields: { messageId: 1 } }, { fields: { enquiry: 1 } }],
};

/** How the small collection of mails that are not done is made. */
export const outboxDue: Definition<OutboxDue> = {
  name: 'outboxDue',
  fields: { channel: String, kind: String, dueAt: Date, held: Boolean },
};

/** Mails to be sent; every change of state is a compare-and-set on state and attempt (design 5). */
export function createOutbox(ports: CollectionPorts) {
  const collection = openCollection(outbox, ports);
  const due = openCollection(outboxDue, ports);
  const leaving = createLeaving(async (leavers) => {
    // A mail that was queued again meanwhile is due at another time and stays.
    await due.remove('leave', { $or: [...leavers].map(([_id, dueAt]) => ({ _id, dueAt: new Date(dueAt) })) });
  }, 500);

  const dueOf = (entry: OutboxEntry): OutboxDue => ({
    _id: entry._id,
    channel: entry.channel,
    kind: entry.kind,
    dueAt: entry.nextAttemptAt,
    held: entry.state === 'held',
    v: 1,
  });
  const dueIs = (id: string, set: Query): Promise<boolean> => due.update('due', { _id: id }, { $set: set });
  const leave = (entry: OutboxEntry): void => leaving.add(entry._id, entry.nextAttemptAt.getTime());
  const isDone = (entry: OutboxEntry): boolean => ['sent', 'failed', 'uncertain', 'discarded'].includes(entry.state);

  return {
    collections: [collection, due],
    get: collection.get,
    getMany: collection.getMany,

    /**
     * Queues a mail once; what stands under its id. `heldBecause` queues it as held.
     * `EffectDiffers` when something else was queued under this id.
     */
    async queue(mail: QueuedMail): Promise<{ entry: OutboxEntry; made: boolean }> {
      const fresh = newEntry(mail);
      const made = await collection.insert('queue', fresh);
      const entry = made ? fresh : ((await collection.get(mail._id)) ?? fresh);
      if (entry.digest !== mail.digest) throw new EffectDiffers(mail._id);
      if (!isDone(entry)) await due.insert('queue', dueOf(entry));
      return { entry, made };
    },

    /** Mails whose time has come, oldest first; may name some that are done or taken: `take` decides. */
    due: (now: Date, channel?: string, limit = 50): Promise<OutboxDue[]> =>
      due.list({ ...(channel ? { channel } : {}), held: false, dueAt: { $lte: now } }, { sort: { dueAt: 1 }, limit }),

    /** When the next mail of a channel is due; null when none is. */
    async nextDueAt(channel: string): Promise<Date | null> {
      return (await due.list({ channel, held: false }, { sort: { dueAt: 1 }, limit: 1 }))[0]?.dueAt ?? null;
    },

    /** Channels with mails that are not done. */
    async channelsWaiting(): Promise<string[]> {
      return [...new Set((await due.list({ held: false }, { fields: { channel: 1 } })).map((one) => one.channel))];
    },

    /** `queued -> trying(attempt + 1)`; null when it is not queued (any more). `sender` is told apart by an id of its own. */
    async take(id: string, sender: string, now: Date): Promise<OutboxEntry | null> {
      const queued = { _id: id, state: 'queued', sendAfter: { $lte: now } };
      const trying = { $set: { state: 'trying', takenBy: sender, takenAt: now }, $inc: { attempt: 1 } };
      const taken = await collection.change('take', queued, trying);
      if (taken) return taken;
      const entry = await collection.get(id);
      if (entry && isDone(entry)) leave(entry);
      return null;
    },

    /** `trying(attempt) -> handed-over(attempt)`, before the final dot; false: a later attempt took over, drop the line. */
    handOver: (id: string, attempt: number): Promise<boolean> =>
      collection.update('handOver', { _id: id, state: 'trying', attempt }, { $set: { state: 'handed-over' } }),

    /** Ends an attempt; null when another attempt has taken over. `uncertain` may still become `sent` by its own sender. */
    async finish(id: string, attempt: number, result: AttemptResult): Promise<OutboxEntry | null> {
      const from = result.state === 'sent' ? ['trying', 'handed-over', 'uncertain'] : ['trying', 'handed-over'];
      const again = result.state === 'queued';
      const nextAttemptAt = result.nextAttemptAt ?? result.now;
      const finished = await collection.change(
        'finish',
        { _id: id, attempt, state: { $in: from } },
        {
          $set: {
            state: result.state,
            takenBy: null,
            ...(again ? { nextAttemptAt, sendAfter: nextAttemptAt } : { doneAt: result.now }),
          },
          $push: { answers: { $each: result.answers, $slice: -50 } },
          $addToSet: { acceptedRecipients: { $each: result.acceptedRecipients } },
        },
      );
      if (!finished) return null;
      if (again) await dueIs(id, { dueAt: nextAttemptAt });
      else leave(finished);
      return finished;
    },

    /** Mails a sender that is gone had taken: `trying` is queued again, `handed-over` is uncertain. Those that changed. */
    async abandoned(channel: string, living: string, now: Date): Promise<OutboxEntry[]> {
      const entries = await collection.getMany(
        (await due.list({ channel }, { fields: { _id: 1 } })).map((one) => one._id),
      );
      const gone = entries.filter((one) => one.takenBy !== living && ['trying', 'handed-over'].includes(one.state));
      const changed = await Promise.all(
        gone.map(async ({ _id, attempt, state, takenBy }) => {
          const to = state === 'trying' ? { state: 'queued' } : { state: 'uncertain', doneAt: now };
          const after = await collection.change(
            'abandoned',
            { _id, attempt, state, takenBy },
            { $set: { ...to, takenBy: null } },
          );
          if (after?.state === 'uncertain') leave(after);
          return after;
        }),
      );
      return changed.filter((entry) => entry !== null);
    },

    /** `queued -> held`; null when it is not queued. */
    async hold(id: string, because: string): Promise<OutboxEntry | null> {
      const held = { $set: { state: 'held', heldBecause: because } };
      const entry = await collection.change('hold', { _id: id, state: 'queued' }, held);
      if (entry) await dueIs(id, { held: true });
      return entry;
    },

    /** `held -> queued`, due now; null when it is not held. */
    async release(id: string, now: Date): Promise<OutboxEntry | null> {
      const queued = { $set: { state: 'queued', heldBecause: null, nextAttemptAt: now, sendAfter: now } };
      const entry = await collection.change('release', { _id: id, state: 'held' }, queued);
      if (entry) await dueIs(id, { held: false, dueAt: now });
      return entry;
    },

    /** `queued | held | uncertain | failed -> discarded` (undo, bulk discard, *leave*); null when it is on its way. */
    async discard(id: string, now: Date): Promise<OutboxEntry | null> {
      const from = ['queued', 'held', 'uncertain', 'failed'];
      const set = { $set: { state: 'discarded', doneAt: now } };
      const entry = await collection.change('discard', { _id: id, state: { $in: from } }, set);
      if (entry) leave(entry);
      return entry;
    },

    /** *Send again* of a person: `uncertain | failed -> queued`; accepted recipients stay out. Null otherwise. */
    async requeue(id: string, now: Date): Promise<OutboxEntry | null> {
      const queued = { $set: { state: 'queued', nextAttemptAt: now, sendAfter: now, doneAt: null } };
      const entry = await collection.change('requeue', { _id: id, state: { $in: ['uncertain', 'failed'] } }, queued);
      if (!entry) return null;
      const { _id, ...rest } = dueOf(entry);
      await due.upsert('due', { _id }, { $set: rest });
      return entry;
    },

    /** Held mails, for bulk release or discard. */
    heldOf: async (channel?: string): Promise<OutboxEntry[]> => {
      const held = await due.list({ held: true, ...(channel ? { channel } : {}) }, { sort: { dueAt: 1 } });
      return collection.getMany(held.map((one) => one._id));
    },

    /** Looked for in Sent and found: `uncertain -> sent`; null otherwise. */
    foundInSent: (id: string, now: Date): Promise<OutboxEntry | null> =>
      collection.change('foundInSent', { _id: id, state: 'uncertain' }, { $set: { state: 'sent', doneAt: now } }),

    /** The copy to Sent is done; false when it was before. */
    copied: (id: string): Promise<boolean> =>
      collection.update('copied', { _id: id, copiedToSent: false }, { $set: { copiedToSent: true } }),

    /** A delivery report named it; false when it was marked before or is unknown. */
    markBounced: (id: string, bounced: NonNullable<OutboxEntry['bounced']>): Promise<boolean> =>
      collection.update('markBounced', { _id: id, bounced: null }, { $set: { bounced } }),

    /** The mail with this Message-ID, or null; scans on the embedded database (prefer `threadKeys`). */
    byMessageId: async (messageId: string): Promise<OutboxEntry | null> =>
      (await collection.list({ messageId }, { limit: 1 }))[0] ?? null,

    /** Mails of an enquiry, oldest first; scans on the embedded database. */
    ofEnquiry: (enquiry: string): Promise<OutboxEntry[]> => collection.list({ enquiry }, { sort: { queuedAt: 1 } }),

    /** Clears what is done out of `outboxDue` now; called at close. */
    flush: leaving.flush,
  };
}

/** Operations on the outbox. */
export type Outbox = ReturnType<typeof createOutbox>;

function newEntry(mail: QueuedMail): OutboxEntry {
  return {
    ...mail,
    state: mail.heldBecause === null ? 'queued' : 'held',
    attempt: 0,
    nextAttemptAt: mail.sendAfter,
    answers: [],
    acceptedRecipients: [],
    takenBy: null,
    takenAt: null,
    doneAt: null,
    bounced: null,
    copiedToSent: false,
    v: 1,
  };
}
