import type { OutboxEntry } from '../outbox';
import { isDone, type OutboxParts } from './parts';

/** What comes after attempts: the mail leaves what is due, or a new sender takes over from one that is gone. */
export function takingOver({ collection, due, leave }: OutboxParts) {
  return {
    /** What follows the end of a mail is done: it leaves `outboxDue`. Nothing when the mail is not done. */
    conclude(entry: OutboxEntry): void {
      if (isDone(entry)) leave(entry);
    },

    /**
     * Takes over from a sender that is gone: `trying` is queued again, `handed-over` is uncertain. Those that changed, and
     * those that were done and not concluded.
     */
    async abandoned(channel: string, living: string, now: Date): Promise<OutboxEntry[]> {
      const entries = await collection.getMany(
        (await due.list({ channel }, { fields: { _id: 1 } })).map((one) => one._id),
      );
      const gone = entries.filter((one) => one.takenBy !== living && ['trying', 'handed-over'].includes(one.state));
      const changed = await Promise.all(
        gone.map(async ({ _id, attempt, state, takenBy }) => {
          const to = state === 'trying' ? { state: 'queued' } : { state: 'uncertain', doneAt: now };
          return collection.change('abandoned', { _id, attempt, state, takenBy }, { $set: { ...to, takenBy: null } });
        }),
      );
      return [...entries.filter(isDone), ...changed.filter((entry) => entry !== null)];
    },
  };
}
