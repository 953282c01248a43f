import type { LedgerEntry, PastVerdict, Settlement, Verdict } from '../ledger';
import type { LedgerParts } from './parts';

/** Puts a verdict in the place of the one that stands, which goes to the history; null when it is another by now. */
export function replaceVerdict(
  settled: Pick<LedgerParts['settled'], 'change'>,
  { _id, verdict, reason, enquiry, settledAt }: LedgerEntry,
  { to, by, now }: { to: Settlement; by: string; now: Date },
): Promise<LedgerEntry | null> {
  const past: PastVerdict = { verdict, reason, enquiry, until: now, by };
  const replaced = { $set: { ...to, settledAt: now }, $push: { history: past } };
  return settled.change('changeVerdict', { _id, verdict, settledAt }, replaced);
}

/** Taking a verdict back or replacing it; the old one stays in the entry's history. */
export function replacing({ settled, open, leaving, ensureListed }: LedgerParts) {
  return {
    /**
     * Takes a verdict back so that the entry is settled again as if it had just come; the old one goes to its history. It
     * stands among the unsettled until then, for the clock. Null when the verdict is not `from`.
     */
    async release({ id, from, by, now }: { id: string; from: Verdict; by: string; now: Date }) {
      await leaving.flush();
      const old = await settled.get(id);
      if (old?.verdict !== from) return null;
      const { verdict, reason, enquiry, settledAt, moved } = old;
      const past: PastVerdict = { verdict, reason, enquiry, until: now, by };
      const fresh = { verdict: null, reason: null, enquiry: null, message: null, settledAt: null };
      // The copy that another process is about to clear away may still be there: with a longer history it stays.
      const { _id, history, ...rest } = { ...old, ...fresh, offers: moved };
      await open.put('release', _id, { $set: { history: [...history, past] }, $setOnInsert: rest });
      return settled.change(
        'release',
        { _id: id, verdict: from, settledAt },
        { $set: fresh, $push: { history: past } },
      );
    },

    /** Replaces a verdict that is still `from` and keeps it in the history; null when it is another by now. */
    async changeVerdict(change: { id: string; from: Verdict; to: Settlement; by: string; now: Date }) {
      const old = await settled.get(change.id);
      if (old?.verdict !== change.from) return null;
      if (change.to.verdict === 'started' && change.to.enquiry) await ensureListed([change.to.enquiry]);
      return replaceVerdict(settled, old, change);
    },
  };
}
