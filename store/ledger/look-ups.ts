import type { Query } from '../database/collection';
import type { EntrySearch, LedgerEntry, Verdict, VerdictCount } from '../ledger';
import type { LedgerParts } from './parts';
import { verdicts } from './verdicts';

const isVerdict = (word: unknown): word is Verdict => verdicts.some((verdict) => verdict === word);

/** What became of mails, for people. */
export function lookUps({ settled, open }: LedgerParts) {
  /** Entries without a verdict: what has one leaves `unsettled` a moment later; a released one stands in both. */
  async function waiting(filter: Query): Promise<LedgerEntry[]> {
    const found = await open.list(filter);
    const stands = new Map((await settled.getMany(found.map((one) => one._id))).map((one) => [one._id, one]));
    return found.map((entry) => stands.get(entry._id) ?? entry).filter((entry) => entry.verdict === null);
  }

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

    /** Entries of these enquiries, newest first; one scan on the embedded database, however many they are. */
    ofEnquiries: (enquiries: readonly string[], limit = 5_000): Promise<LedgerEntry[]> =>
      enquiries.length === 0 ? Promise.resolve([]) : search({ enquiry: { $in: [...enquiries] } }, limit),

    /** Entries and offers by verdict, for deliveries received in a span; unsettled under `null`. For reports: scans. */
    async countByVerdict(since: Date, until: Date): Promise<VerdictCount[]> {
      const received = { receivedAt: { $gte: since, $lt: until } };
      const add = { entries: 1, offers: 'offers' } as const;
      const [done, pending] = await Promise.all([
        settled.totals({ ...received, verdict: { $ne: null } }, 'verdict', add),
        waiting(received),
      ]);
      const rows: VerdictCount[] = done.map(({ _id, entries, offers }) => ({
        verdict: isVerdict(_id) ? _id : null,
        entries: Number(entries),
        offers: Number(offers),
      }));
      if (pending.length === 0) return rows;
      const offers = pending.reduce((sum, entry) => sum + entry.offers, 0);
      return [...rows, { verdict: null, entries: pending.length, offers }];
    },
  };
}
