import type { Query } from '../database/collection';
import type { EntrySearch, LedgerEntry, Verdict } from '../ledger';
import type { LedgerParts } from './parts';
import { verdicts } from './verdicts';

const isVerdict = (word: unknown): word is Verdict => verdicts.some((verdict) => verdict === word);

/** What became of mails, for people. */
export function lookUps({ settled, open, leaving }: LedgerParts) {
  async function search(filter: Query, limit: number): Promise<LedgerEntry[]> {
    const newestFirst = { sort: { receivedAt: -1 as const }, limit };
    const [done, pending] = await Promise.all([settled.list(filter, newestFirst), open.list(filter, newestFirst)]);
    const byId = new Map([...pending, ...done].map((entry) => [entry._id, entry]));
    return [...byId.values()].sort((a, b) => b.receivedAt.getTime() - a.receivedAt.getTime()).slice(0, limit);
  }

  return {
    /** One entry wherever it stands, or null. */
    get: async (id: string): Promise<LedgerEntry | null> => (await settled.get(id)) ?? open.get(id),

    /** Entries that fit, newest first; scans on the embedded database. */
    find({ address, since, until, limit, ...same }: EntrySearch): Promise<LedgerEntry[]> {
      const received = { ...(since ? { $gte: since } : {}), ...(until ? { $lt: until } : {}) };
      const filter: Query = { ...same, ...(address ? { from: address.toLowerCase() } : {}) };
      if (since ?? until) filter['receivedAt'] = received;
      return search(filter, limit ?? 100);
    },

    /** Entries and offers by verdict, for deliveries received in a span; unsettled under `null`. For reports: scans. */
    async countByVerdict(
      since: Date,
      until: Date,
    ): Promise<{ verdict: Verdict | null; entries: number; offers: number }[]> {
      await leaving.flush();
      const received = { receivedAt: { $gte: since, $lt: until } };
      const add = { entries: 1, offers: 'offers' } as const;
      const rows = await Promise.all([settled.totals(received, 'verdict', add), open.totals(received, 'verdict', add)]);
      return rows.flat().map(({ _id, entries, offers }) => ({
        verdict: isVerdict(_id) ? _id : null,
        entries: Number(entries),
        offers: Number(offers),
      }));
    },
  };
}
