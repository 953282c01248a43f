import type { AttemptResult, OutboxDue, OutboxEntry } from '../outbox';
import { dueOf, isDone, type OutboxParts } from './parts';

/** An attempt to send, from taking the mail to its end. */
function fieldsOf(entry: OutboxEntry): Omit<OutboxDue, '_id'> {
  const { _id, ...fields } = dueOf(entry);
  return fields;
}

export function attempts({ collection, due }: OutboxParts) {
  /**
   * A crash between two writes left `outboxDue` behind the mail: bring it to what the mail says. Whoever lets a mail go
   * writes here first and last, the mail in between; we look again afterwards, so that the newer word always stands.
   */
  async function mend(id: string, now: Date): Promise<void> {
    let entry = await collection.get(id);
    for (let stands = false; !stands;) {
      if (!entry || isDone(entry)) await due.remove('leave', { _id: id, dueAt: { $lte: now } });
      else await due.put('due', id, { $set: fieldsOf(entry) });
      const after = await collection.get(id);
      stands = after?.state === entry?.state && after?.attempt === entry?.attempt;
      entry = after;
    }
  }

  return {
    /** `queued -> trying(attempt + 1)`; null when it is not queued (any more). `sender` is told apart by an id of its own. */
    async take(id: string, sender: string, now: Date): Promise<OutboxEntry | null> {
      const entry = await collection.get(id);
      if (entry?.state === 'queued' && entry.sendAfter <= now) {
        const { attempt } = entry;
        const trying = { state: 'trying' as const, attempt: attempt + 1, takenBy: sender, takenAt: now };
        // As it was read, to the moment it is due: a mail that was held and let go in between is another one by now.
        const queued = { _id: id, attempt, state: 'queued', sendAfter: entry.sendAfter };
        if (await collection.fit('take', queued, { $set: trying })) return { ...entry, ...trying };
      }
      await mend(id, now);
      return null;
    },

    /** `trying(attempt) -> handed-over(attempt)`, before the final dot; false: a later attempt took over, drop the line. */
    handOver: (id: string, attempt: number): Promise<boolean> =>
      collection.fit('handOver', { _id: id, state: 'trying', attempt }, { $set: { state: 'handed-over' } }),

    /**
     * Ends an attempt; null when another attempt has taken over. `uncertain` may still become `sent` by its own sender.
     * A mail that is done stays due until `conclude`, so that what follows it is not lost with the process.
     */
    async finish(id: string, attempt: number, result: AttemptResult): Promise<OutboxEntry | null> {
      const from = result.state === 'sent' ? ['trying', 'handed-over', 'uncertain'] : ['trying', 'handed-over'];
      const again = result.state === 'queued';
      const nextAttemptAt = result.nextAttemptAt ?? result.now;
      const finished = await collection.fit(
        'finish',
        { _id: id, attempt, state: { $in: from } },
        {
          $set: {
            state: result.state,
            takenBy: null,
            ...(result.serverMessageId ? { serverMessageId: result.serverMessageId } : {}),
            ...(again ? { nextAttemptAt, sendAfter: nextAttemptAt } : { doneAt: result.now }),
          },
          ...(result.refused ? { $inc: { refusals: 1 } } : {}),
          $push: { answers: { $each: result.answers, $slice: -50 } },
          $addToSet: { acceptedRecipients: { $each: result.acceptedRecipients } },
        },
      );
      if (!finished) return null;
      if (again) await due.update('due', { _id: id }, { $set: { dueAt: nextAttemptAt } });
      return collection.get(id);
    },
  };
}
