import type { OutboxKind } from '../outbox';
import type { OutboxParts } from './parts';

const AUTOMATIC: readonly OutboxKind[] = ['auto-reply', 'close-notice', 'closed-thread-notice', 'forward'];

/** Stops mail that is queued already. */
export function stopping({ collection, due }: Pick<OutboxParts, 'collection' | 'due'>) {
  return {
    /** Holds the automatic mail of these enquiries that is queued; how many. */
    async holdAutomaticOf(enquiries: ReadonlySet<string>, because: string): Promise<number> {
      const waiting = await due.list({ kind: { $in: AUTOMATIC }, held: false });
      // Mails of a flow are named by their enquiry and the number of the step.
      const theirs = waiting.filter(({ _id }) => enquiries.has(_id.slice(0, _id.lastIndexOf(':'))));
      let held = 0;
      for (const { _id } of theirs) {
        const entry = await collection.change(
          'hold',
          { _id, state: 'queued', released: { $ne: true } },
          { $set: { state: 'held', heldBecause: because } },
        );
        if (entry && (await due.update('due', { _id }, { $set: { held: true } }))) held += 1;
      }
      return held;
    },
  };
}
