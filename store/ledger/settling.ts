import type { EntryFacts, LedgerEntry, OfferedDelivery, Settlement } from '../ledger';
import { leaverOf, type LedgerParts } from './parts';
import { reached } from './verdicts';

/** From the offer of a delivery to its verdict. */
export function settling({ settled, open, leaving, completed, later }: LedgerParts) {
  /** A released entry stands in both collections; what comes back is what stands. */
  async function settleReleased(entry: LedgerEntry, settlement: Settlement, now: Date): Promise<LedgerEntry | null> {
    const { _id, history } = entry;
    const stands = await settled.get(_id);
    // A run that began before the release has nothing to say of what comes after it.
    if (stands?.verdict !== null || stands.history.length !== history.length) return stands;
    const open = { _id, verdict: null, history: { $size: history.length } };
    return (await settled.change('settle', open, { $set: { ...settlement, settledAt: now } })) ?? settled.get(_id);
  }

  return {
    /**
     * Counts one offer of a delivery and keeps it as unsettled when it is new. `neverSeen`: its raw bytes are new to
     * `store.blobs`, so that no settled entry can exist. Settled already: `entry.verdict` stands.
     */
    async offer(delivery: OfferedDelivery, neverSeen = false): Promise<{ entry: LedgerEntry; first: boolean }> {
      if (!neverSeen && (await settled.get(delivery._id))) {
        const known = await settled.change('offer', { _id: delivery._id }, { $inc: { offers: 1 } });
        if (known) return { entry: known, first: false };
      }
      const fresh = newEntry(delivery);
      const first = await open.insert('offer', fresh, { $inc: { offers: 1 } });
      const entry = first ? fresh : ((await open.get(delivery._id)) ?? (await settled.get(delivery._id)) ?? fresh);
      return { entry, first };
    },

    /** Keeps facts of an unsettled entry while it is being settled; false when it is not unsettled. */
    note: (id: string, facts: EntryFacts): Promise<boolean> => open.update('note', { _id: id }, { $set: facts }),

    /**
     * Gives the entry its verdict; the first one stands, and is what comes back (null when it was released since). That of
     * mail which reached its enquiry may be written a moment later, and is what comes back.
     */
    async settle(entry: LedgerEntry, settlement: Settlement, now: Date): Promise<LedgerEntry> {
      const done: LedgerEntry = { ...entry, ...settlement, settledAt: now, moved: entry.offers };
      if (later && reached.includes(settlement.verdict) && entry.history.length === 0) {
        later.add(done);
        leaving.add(entry._id, leaverOf(done, entry.offers));
        return done;
      }
      await completed();
      const made = entry.history.length === 0 && (await settled.insert('settle', done));
      const stands = made ? done : ((await settleReleased(entry, settlement, now)) ?? done);
      const offers = made ? entry.offers : stands.moved;
      if (stands.verdict !== null) leaving.add(entry._id, leaverOf(stands, offers));
      return stands;
    },

    /** Unsettled entries received before, oldest first; the clock settles them. */
    async unsettledOlderThan(before: Date, limit = 100): Promise<LedgerEntry[]> {
      const found = await open.list({ receivedAt: { $lt: before } }, { sort: { receivedAt: 1 }, limit });
      const done = new Map((await settled.getMany(found.map((one) => one._id))).map((one) => [one._id, one]));
      for (const [id, entry] of done) if (entry.verdict !== null) leaving.add(id, leaverOf(entry, entry.moved));
      return found.map((entry) => done.get(entry._id) ?? entry).filter((entry) => entry.verdict === null);
    },
  };
}

function newEntry(delivery: OfferedDelivery): LedgerEntry {
  return {
    ...delivery,
    offers: 1,
    messageId: null,
    contentHash: null,
    kind: null,
    verdict: null,
    reason: null,
    enquiry: null,
    message: null,
    from: null,
    subject: null,
    history: [],
    settledAt: null,
    moved: 0,
    v: 1,
  };
}
