import type { OutboxEntry, OutboxKind } from '../outbox';
import type { OutboxParts } from './parts';

/** What flows write by themselves. */
export const AUTOMATIC: readonly OutboxKind[] = [
  'auto-reply',
  'close-notice',
  'closed-thread-notice',
  'idle-warning',
  'forward',
];

/** Holds mail that is queued until a person lets it go. */
export function holding({ collection, due }: Pick<OutboxParts, 'collection' | 'due'>) {
  async function hold(id: string, because: string): Promise<OutboxEntry | null> {
    const held = { $set: { state: 'held', heldBecause: because } };
    const entry = await collection.change('hold', { _id: id, state: 'queued', released: { $ne: true } }, held);
    if (entry) await due.update('due', { _id: id }, { $set: { held: true } });
    return entry;
  }

  return {
    /** `queued -> held`; null when it is not queued, or was let go by a person before. */
    hold,

    /** Holds the automatic mail of these enquiries that is queued; how many. */
    async holdAutomaticOf(enquiries: ReadonlySet<string>, because: string): Promise<number> {
      const waiting = await due.list({ kind: { $in: AUTOMATIC }, held: false });
      // Mails of a flow are named by their enquiry and the number of the step.
      const theirs = waiting.filter(({ _id }) => enquiries.has(_id.slice(0, _id.lastIndexOf(':'))));
      let held = 0;
      for (const { _id } of theirs) if (await hold(_id, because)) held += 1;
      return held;
    },

    /** Ids of the automatic mails of an enquiry that have not left. */
    async automaticOf(enquiry: string): Promise<string[]> {
      const waiting = await due.list({ kind: { $in: AUTOMATIC } });
      return waiting.flatMap(({ _id }) => (_id.slice(0, _id.lastIndexOf(':')) === enquiry ? [_id] : []));
    },

    /** Whether a flow sends such mail by itself: what the brake of a channel holds. */
    isAutomatic: (kind: OutboxKind): boolean => AUTOMATIC.includes(kind),

    /** `held -> queued`, due now; null when it is not held. */
    async release(id: string, now: Date): Promise<OutboxEntry | null> {
      const queued = {
        $set: { state: 'queued', heldBecause: null, released: true, nextAttemptAt: now, sendAfter: now },
      };
      // First due, then queued: after a crash between the two, the next `take` finds it held and says so again.
      await due.update('due', { _id: id, held: true }, { $set: { held: false, dueAt: now } });
      const released = await collection.change('release', { _id: id, state: 'held' }, queued);
      // Once more: a sender that looked in between has put back what it saw.
      if (released) await due.update('due', { _id: id }, { $set: { held: false, dueAt: now } });
      return released;
    },
  };
}
