import type { MailKind } from '../flows/state';
import {
  Nested,
  openCollection,
  type CollectionPorts,
  type Definition,
  type Query,
  type Stored,
} from './database/collection';
import { createLeaving } from './database/leaving';

/** What became of a delivery (design 2); null while it is not settled. */
export type Verdict =
  | 'started'
  | 'joined'
  | 'duplicate'
  | 'own'
  | 'probe'
  | 'blocked'
  | 'delivery-report'
  | 'held'
  | 'history'
  | 'quarantined'
  | 'refused';

/** Who offered the mail, and how. */
export interface DeliverySource {
  kind: 'smtp' | 'imap' | 'pop3';
  /** Who offered it: address of the relay, or the mail login's id. */
  server: string;
  envelope: { from: string | null; to: string[]; ip: string | null; helo: string | null; tls: boolean };
}

/** A verdict that was replaced by a release or a re-drive. */
export interface PastVerdict {
  verdict: Verdict | null;
  reason: string | null;
  enquiry: string | null;
  until: Date;
  by: string;
}

/** What became of one delivery we were offered; `_id` is the ledger id. */
export interface LedgerEntry extends Stored {
  channel: string;
  source: DeliverySource;
  /** Raw bytes: sha256 in `store.blobs`. */
  blob: string;
  bytes: number;
  /** How often this delivery was offered. */
  offers: number;
  receivedAt: Date;
  messageId: string | null;
  contentHash: string | null;
  kind: MailKind | null;
  verdict: Verdict | null;
  reason: string | null;
  enquiry: string | null;
  message: string | null;
  from: string | null;
  subject: string | null;
  history: PastVerdict[];
  settledAt: Date | null;
  /** How many of `offers` came over from `unsettled`. */
  moved: number;
}

/** A delivery as it is offered. */
export type OfferedDelivery = Pick<LedgerEntry, '_id' | 'channel' | 'source' | 'blob' | 'bytes' | 'receivedAt'>;

/** Facts found while settling. */
export type EntryFacts = Partial<
  Pick<LedgerEntry, 'messageId' | 'contentHash' | 'kind' | 'from' | 'subject' | 'enquiry' | 'message'>
>;

/** The end of settling. */
export type Settlement = EntryFacts & { verdict: Verdict; reason: string | null };

/** Narrows a look-up; all given must fit. Addresses are lower case. */
export interface EntrySearch {
  address?: string;
  messageId?: string;
  enquiry?: string;
  channel?: string;
  verdict?: Verdict;
  since?: Date;
  until?: Date;
  limit?: number;
}

const fields: Definition<LedgerEntry>['fields'] = {
  channel: String,
  source: Nested,
  blob: String,
  bytes: Number,
  offers: Number,
  receivedAt: Date,
  messageId: String,
  contentHash: String,
  kind: String,
  verdict: String,
  reason: String,
  enquiry: String,
  message: String,
  from: String,
  subject: String,
  history: [Nested],
  settledAt: Date,
  moved: Number,
};

/** How the collection of settled entries is made. */
export const ledger: Definition<LedgerEntry> = {
  name: 'ledger',
  fields,
  indexes: [
    { fields: { receivedAt: -1 } },
    { fields: { from: 1, receivedAt: -1 } },
    { fields: { messageId: 1 } },
    { fields: { enquiry: 1 } },
  ],
};

/** How the small collection of entries without a verdict is made. */
export const unsettled: Definition<LedgerEntry> = { name: 'unsettled', fields };

/** The ledger: an entry stands in `unsettled` until it has its verdict, then in `ledger`. */
export function createLedger(ports: CollectionPorts & { leaveAfterMs?: number }) {
  const settled = openCollection(ledger, ports);
  const open = openCollection(unsettled, ports);
  const leaving = createLeaving(moveOffers, ports.leaveAfterMs ?? 1_000);

  /** Deletes settled entries from `unsettled`; offers that came after the settling move over first. */
  async function moveOffers(leavers: Map<string, number>): Promise<void> {
    await open.remove('leave', { $or: [...leavers].map(([_id, offers]) => ({ _id, offers })) });
    for (const late of await open.getMany([...leavers.keys()])) {
      const entry = await settled.get(late._id);
      if (!entry) continue;
      const more = Math.max(0, late.offers - entry.moved);
      const moved = { $max: { moved: late.offers }, $inc: { offers: more } };
      if (await settled.update('moveOffers', { _id: late._id, moved: entry.moved }, moved)) {
        await open.remove('leave', { _id: late._id, offers: late.offers });
      }
    }
  }

  const get = async (id: string): Promise<LedgerEntry | null> => (await settled.get(id)) ?? open.get(id);

  async function search(filter: Query, limit: number): Promise<LedgerEntry[]> {
    const newestFirst = { sort: { receivedAt: -1 as const }, limit };
    const [done, pending] = await Promise.all([settled.list(filter, newestFirst), open.list(filter, newestFirst)]);
    const byId = new Map([...pending, ...done].map((entry) => [entry._id, entry]));
    return [...byId.values()].sort((a, b) => b.receivedAt.getTime() - a.receivedAt.getTime()).slice(0, limit);
  }

  return {
    collections: [settled, open],

    /**
     * Counts one offer of a delivery and keeps it as unsettled when it is new. `neverSeen`: its raw bytes are new to
     * `store.blobs`, so that no settled entry can exist. Settled already: `entry.verdict` stands.
     */
    async offer(delivery: OfferedDelivery, neverSeen = false): Promise<{ entry: LedgerEntry; first: boolean }> {
      if (!neverSeen) {
        const known = await settled.change('offer', { _id: delivery._id }, { $inc: { offers: 1 } });
        if (known) return { entry: known, first: false };
      }
      const { _id, ...rest } = newEntry(delivery);
      const { offers: _, ...onInsert } = rest;
      const update = { $inc: { offers: 1 }, $setOnInsert: onInsert };
      let made = await open.upsert('offer', { _id }, update);
      if (!made.fits) made = await open.upsert('offer', { _id }, update);
      const entry = made.document ?? { _id, ...rest };
      return { entry, first: entry.offers === 1 };
    },

    /** Keeps facts of an unsettled entry while it is being settled; false when it is not unsettled. */
    note: (id: string, facts: EntryFacts): Promise<boolean> => open.update('note', { _id: id }, { $set: facts }),

    /** Gives the entry its verdict; the first one stands, and is what comes back. */
    async settle(entry: LedgerEntry, settlement: Settlement, now: Date): Promise<LedgerEntry> {
      const done: LedgerEntry = { ...entry, ...settlement, settledAt: now, moved: entry.offers };
      const made = await settled.insert('settle', done);
      const stands = made ? done : ((await settled.get(entry._id)) ?? done);
      leaving.add(entry._id, made ? entry.offers : stands.moved);
      return stands;
    },

    /** Unsettled entries received before, oldest first; the clock settles them. */
    async unsettledOlderThan(before: Date, limit = 100): Promise<LedgerEntry[]> {
      const found = await open.list({ receivedAt: { $lt: before } }, { sort: { receivedAt: 1 }, limit });
      const done = new Map((await settled.getMany(found.map((one) => one._id))).map((one) => [one._id, one]));
      for (const [id, entry] of done) leaving.add(id, entry.moved);
      return found.filter((entry) => !done.has(entry._id));
    },

    /** One entry wherever it stands, or null. */
    get,

    /** Entries that fit, newest first; scans on the embedded database. */
    find({ address, since, until, limit, ...same }: EntrySearch): Promise<LedgerEntry[]> {
      const received = { ...(since ? { $gte: since } : {}), ...(until ? { $lt: until } : {}) };
      const filter: Query = { ...same, ...(address ? { from: address.toLowerCase() } : {}) };
      if (since ?? until) filter['receivedAt'] = received;
      return search(filter, limit ?? 100);
    },

    /** Replaces a verdict that is still `from` and keeps it in the history; null when it is another by now. */
    async changeVerdict(change: { id: string; from: Verdict; to: Settlement; by: string; now: Date }) {
      const old = await settled.get(change.id);
      if (old?.verdict !== change.from) return null;
      const { verdict, reason, enquiry } = old;
      const past: PastVerdict = { verdict, reason, enquiry, until: change.now, by: change.by };
      return settled.change(
        'changeVerdict',
        { _id: change.id, verdict: change.from, settledAt: old.settledAt },
        { $set: { ...change.to, settledAt: change.now }, $push: { history: past } },
      );
    },

    /** Entries and offers by verdict, for deliveries received in a span; unsettled under `null`. For reports: scans. */
    async countByVerdict(
      since: Date,
      until: Date,
    ): Promise<{ verdict: Verdict | null; entries: number; offers: number }[]> {
      await leaving.flush();
      const stages = [
        { $match: { receivedAt: { $gte: since, $lt: until } } },
        { $group: { _id: '$verdict', entries: { $sum: 1 }, offers: { $sum: '$offers' } } },
      ];
      type Row = { _id: Verdict | null; entries: number; offers: number };
      const rows = [...(await settled.aggregate<Row>(stages)), ...(await open.aggregate<Row>(stages))];
      return rows.map(({ _id, entries, offers }) => ({ verdict: _id, entries, offers }));
    },

    /** Clears settled entries out of `unsettled` now; called at close. */
    flush: leaving.flush,
  };
}

/** Operations on the ledger. */
export type Ledger = ReturnType<typeof createLedger>;

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
