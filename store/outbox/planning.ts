import { randomUUID } from 'node:crypto';
import type { MovedMail, OutboxEntry } from '../outbox';
import type { OutboxParts } from './parts';

/** What people do with an answer before it leaves: take it back, or let it leave at another moment. */
export function planning({ collection, due, leave }: OutboxParts) {
  /** First due, then the entry, then due again, as in `release`. */
  async function move(
    id: string,
    { by, ip, what, to: sendAfter }: Pick<MovedMail, 'by' | 'ip' | 'what' | 'to'>,
    now: Date,
  ): Promise<OutboxEntry | null> {
    const isDue = { $set: { held: false, dueAt: sendAfter } };
    const waiting = { _id: id, later: true, state: { $in: ['queued', 'held'] } };
    const before = await collection.get(id);
    if (!before?.later || !waiting.state.$in.includes(before.state)) return null;
    await due.update('due', { _id: id }, isDue);
    const moved = { id: randomUUID(), by, at: now, ip, what, from: before.sendAfter, to: sendAfter };
    const queued = { state: 'queued', heldBecause: null, sendAfter, nextAttemptAt: sendAfter, lookedAt: now, moved };
    const after = await collection.change('move', waiting, { $set: queued });
    if (after) await due.update('due', { _id: id }, isDue);
    return after;
  }

  return {
    /**
     * `queued | held -> discarded` by whoever takes an answer back; also given when he had taken it back before. Null when
     * it is on its way, has left, or somebody has it already.
     */
    async undo(id: string, by: string, now: Date): Promise<OutboxEntry | null> {
      const waiting = { _id: id, state: { $in: ['queued', 'held'] }, acceptedRecipients: { $size: 0 } };
      const set = { $set: { state: 'discarded', doneAt: now, undoneBy: by } };
      const entry = await collection.change('undo', waiting, set);
      if (!entry) {
        const stands = await collection.get(id);
        return stands?.state === 'discarded' && stands.undoneBy !== undefined ? stands : null;
      }
      leave(entry);
      return entry;
    },

    /** Lets a mail that is to leave later leave at another moment; null when it is none, or no longer waits. */
    move,

    /** Mails that are to leave later, soonest first; of one author, or of all. */
    async later(author?: string): Promise<OutboxEntry[]> {
      const of = author === undefined ? {} : { author };
      const waiting = await due.list({ later: true, ...of }, { sort: { dueAt: 1 }, limit: 500 });
      const entries = await collection.getMany(waiting.map(({ _id }) => _id));
      return entries.filter(({ state }) => ['queued', 'held'].includes(state));
    },
  };
}
