import type { AttemptResult, OutboxEntry } from '../../store/outbox';
import type { Ports } from '../ports';

const AGAIN_MS = 500;
const PATIENCE_MS = 120_000;

/**
 * Writes down how an attempt ended, and waits for a database that is away: who knows what the server said must not leave
 * the mail `uncertain` for it. Null when a later attempt has taken over.
 */
export async function finishAttempt(
  { store }: Pick<Ports, 'store'>,
  { _id, attempt }: OutboxEntry,
  ended: AttemptResult,
  signal: AbortSignal,
): Promise<OutboxEntry | null> {
  const end = Date.now() + PATIENCE_MS;
  for (let answerLost = false; ; answerLost = true) {
    try {
      const finished = await store.outbox.finish(_id, attempt, ended);
      if (finished || !answerLost) return finished;
      // Done by an earlier try of which only the answer was lost.
      const entry = await store.outbox.get(_id);
      return entry?.attempt === attempt && entry.state === ended.state ? entry : null;
    } catch (error) {
      const away = error instanceof Error && error.name === 'StoreAway';
      if (!away || signal.aborted || Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}
