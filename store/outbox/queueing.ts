import { EffectDiffers } from '../errors';
import type { OutboxDue, OutboxEntry, QueuedMail } from '../outbox';
import { AUTOMATIC } from './holding';
import { dueOf, isDone, type OutboxParts } from './parts';

/** Queueing a mail, and finding what is due. */
export function queueing({ collection, due }: OutboxParts) {
  /**
   * Keeps a mail once; what stands under its id. `heldBecause` keeps it as held. `EffectDiffers` when something else was
   * kept under this id.
   */
  async function keep(mail: QueuedMail): Promise<{ entry: OutboxEntry; made: boolean }> {
    const fresh = newEntry(mail);
    const made = await collection.insert('queue', fresh);
    const entry = made ? fresh : ((await collection.get(mail._id)) ?? fresh);
    if (entry.digest !== mail.digest) throw new EffectDiffers(mail._id);
    return { entry, made };
  }

  return {
    keep,

    /** Puts a kept mail among those that are due; until then no sender finds it. Nothing when it is done. */
    async makeDue(entry: OutboxEntry): Promise<void> {
      if (!isDone(entry)) await due.insert('queue', dueOf(entry));
    },

    /** Keeps a mail and makes it due, in one. */
    async queue(mail: QueuedMail): Promise<{ entry: OutboxEntry; made: boolean }> {
      const kept = await keep(mail);
      if (!isDone(kept.entry)) await due.insert('queue', dueOf(kept.entry));
      return kept;
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

    /**
     * Held mails that flows wrote, for bulk release or discard; also those that somebody began to let go and died: their
     * place among what is due was changed first. What a person wrote waits for a word on it alone.
     */
    async heldOf(channel?: string, now = new Date()): Promise<OutboxEntry[]> {
      const of = { kind: { $in: AUTOMATIC }, ...(channel ? { channel } : {}) };
      const held = await due.list({ held: true, ...of }, { sort: { dueAt: 1 } });
      const begun = await due.list({ held: false, dueAt: { $lte: now }, ...of }, { sort: { dueAt: 1 }, limit: 1000 });
      const found = await collection.getMany([...held, ...begun].map((one) => one._id));
      return found.filter(({ state }) => state === 'held');
    },

    /** The mail with this Message-ID, or null; scans on the embedded database (prefer `threadKeys`). */
    byMessageId: async (messageId: string): Promise<OutboxEntry | null> =>
      (await collection.list({ messageId }, { limit: 1 }))[0] ?? null,

    /** Mails of an enquiry, oldest first; scans on the embedded database. */
    ofEnquiry: (enquiry: string): Promise<OutboxEntry[]> => collection.list({ enquiry }, { sort: { queuedAt: 1 } }),
  };
}

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
    reports: [],
    copiedToSent: false,
    v: 1,
  };
}
