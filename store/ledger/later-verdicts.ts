import { createAfterwards } from '../database/afterwards';
import type { LedgerEntry } from '../ledger';
import { leaverOf, type Leaver, type LedgerParts } from './parts';
import { replaceVerdict } from './replacing';
import { keptBack } from './verdicts';

/** Verdicts of mail that reached its enquiry, written together a moment later. */
export interface LaterVerdicts {
  add: (done: LedgerEntry) => void;
  flush: () => Promise<void>;
  /** Brings what is known of entries that leave to what was found when their verdicts were written. */
  correct: (leavers: Map<string, Leaver>) => void;
}

/**
 * Temporal has such mail, and its entry stands in `unsettled` until its verdict is written: after a crash it is settled
 * again, with the same verdict. `completed` writes what must be there before any verdict.
 */
export function laterVerdicts(settled: LedgerParts['settled'], completed: LedgerParts['completed']): LaterVerdicts {
  /** Entries that had a verdict already, with how they leave; null: released since, and not to leave. */
  const known = new Map<string, Leaver | null>();

  async function write(done: LedgerEntry): Promise<void> {
    if (await settled.insert('settle', done)) return;
    const stands = await settled.get(done._id);
    if (!stands) return;
    known.set(done._id, stands.verdict === null ? null : leaverOf(stands, stands.moved));
    if (!keptBack.includes(stands.verdict)) return;
    // Two runs at the moment a blocklist or a switch changed: one kept it back, but it has reached its enquiry.
    const { verdict, reason, enquiry, message, settledAt } = done;
    if (verdict === null || settledAt === null) return;
    known.set(done._id, { ...leaverOf(stands, stands.moved), started: leaverOf(done, 0).started });
    await replaceVerdict(settled, stands, { to: { verdict, reason, enquiry, message }, by: 'intake', now: settledAt });
  }

  const { add, flush } = createAfterwards<LedgerEntry>(async (entries) => {
    await completed();
    await Promise.all(entries.map(write));
  });

  return {
    add,
    flush,
    correct(leavers) {
      for (const [id, leaver] of known) {
        if (!leavers.has(id)) continue;
        known.delete(id);
        if (leaver) leavers.set(id, leaver);
        else leavers.delete(id);
      }
    },
  };
}
