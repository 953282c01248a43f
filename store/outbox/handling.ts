import type { DeliveryNote, OutboxEntry } from '../outbox';
import type { OutboxParts } from './parts';

/** Narrows a list of outgoing mails. */
export interface OutboxSearch {
  state: OutboxEntry['state'];
  channel?: string;
  limit?: number;
  skip?: number;
}

/** What people and delivery reports do with a mail that is not on its way. */
export function handling({ collection, due, leave }: OutboxParts) {
  return {
    /**
     * `queued | held | uncertain | failed -> discarded` (undo, bulk discard, *leave*); null when it is on its way.
     * `because`: why it does not leave, where no person decided so.
     */
    async discard(id: string, now: Date, because?: string): Promise<OutboxEntry | null> {
      const from = ['queued', 'held', 'uncertain', 'failed'];
      const set = { $set: { state: 'discarded', doneAt: now, ...(because ? { discardedBecause: because } : {}) } };
      const entry = await collection.change('discard', { _id: id, state: { $in: from } }, set);
      if (entry) leave(entry);
      return entry;
    },

    /**
     * *Send again* of a person: `uncertain | failed -> queued`, with all its time before it; who was refused is asked once
     * more, accepted recipients stay out. Null otherwise.
     */
    async requeue(id: string, now: Date): Promise<OutboxEntry | null> {
      const again = ['uncertain', 'failed'];
      const before = await collection.get(id);
      if (!before || !again.includes(before.state)) return null;
      const { channel, kind, attempt } = before;
      const anew = { forgivenTo: attempt, refusals: 0, doneAt: null };
      const queued = { $set: { state: 'queued', nextAttemptAt: now, sendAfter: now, ...anew } };
      const isDue = { $set: { channel, kind, dueAt: now, held: false, v: 1 } };
      await due.put('due', id, isDue);
      const requeued = await collection.change('requeue', { _id: id, attempt, state: { $in: again } }, queued);
      // Once more: a sender that looked in between has taken it out as done.
      if (requeued) await due.put('due', id, isDue);
      return requeued;
    },

    /** Mails in one state, newest first; for lists of people: scans. */
    list({ state, channel, limit = 100, skip = 0 }: OutboxSearch): Promise<OutboxEntry[]> {
      const filter = { state, ...(channel === undefined ? {} : { channel }) };
      return collection.list(filter, { sort: { queuedAt: -1 }, limit, skip });
    },

    /** Looked for in Sent and found: `uncertain -> sent`; null otherwise. */
    foundInSent: (id: string, now: Date): Promise<OutboxEntry | null> =>
      collection.change('foundInSent', { _id: id, state: 'uncertain' }, { $set: { state: 'sent', doneAt: now } }),

    /** The copy to Sent is done; false when it was before. */
    copied: (id: string): Promise<boolean> =>
      collection.update('copied', { _id: id, copiedToSent: false }, { $set: { copiedToSent: true } }),

    /** Keeps what a delivery report says, once per report; the entry, or null when unknown or kept before. */
    noteReport: (id: string, by: string, notes: DeliveryNote[]): Promise<OutboxEntry | null> =>
      collection.change(
        'noteReport',
        { _id: id, 'reports.by': { $ne: by } },
        { $push: { reports: { $each: notes, $slice: -50 } } },
      ),

    /** A delivery report named it; false when it was marked before or is unknown. */
    markBounced: (id: string, bounced: NonNullable<OutboxEntry['bounced']>): Promise<boolean> =>
      collection.update('markBounced', { _id: id, bounced: null }, { $set: { bounced } }),
  };
}
