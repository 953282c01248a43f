import { Nested, type Collection, type Definition } from '../database/collection';
import type { Leaving } from '../database/leaving';
import type { LaterVerdicts } from './later-verdicts';
import type { LedgerEntry } from '../ledger';

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

/** What the parts of the ledger share. */
export interface LedgerParts {
  settled: Collection<LedgerEntry>;
  open: Collection<LedgerEntry>;
  /** Entries that have their verdict and leave `unsettled` within a moment. */
  leaving: Leaving<Leaver>;
  /** Sees to it that these enquiries are in the lists. */
  ensureListed: (enquiries: string[]) => Promise<void>;
  /** Writes what must be in the store before a verdict is: a crash after it makes nothing again. */
  completed: () => Promise<void>;
  /** Where verdicts of mail that reached its enquiry wait; null: they are written at once. */
  later: Pick<LaterVerdicts, 'add'> | null;
}

/** What is known of an entry that leaves `unsettled`: one that was released since has another `round`, and stays. */
export interface Leaver {
  offers: number;
  /** Length of the entry's history: how often it was released. */
  round: number;
  /** Enquiry that it started; it is in the lists before its entry leaves. */
  started: string | null;
}

/** What is known of a settled entry that leaves; `offers` as they stand in `unsettled`. */
export const leaverOf = ({ verdict, enquiry, history }: LedgerEntry, offers: number): Leaver => ({
  offers,
  round: history.length,
  started: verdict === 'started' ? enquiry : null,
});

/** Deletes settled entries from `unsettled`; offers that came after the settling move over first. */
export async function moveOffers(
  settled: Collection<LedgerEntry>,
  open: Collection<LedgerEntry>,
  leavers: Map<string, Leaver>,
): Promise<void> {
  const asSettled = [...leavers].map(([_id, { offers, round }]) => ({ _id, offers, history: { $size: round } }));
  if ((await open.removeEach('leave', asSettled)) === leavers.size) return;
  for (const late of await open.getMany([...leavers.keys()])) {
    const round = leavers.get(late._id)?.round;
    if (late.history.length !== round) continue;
    const entry = await settled.get(late._id);
    if (!entry) continue;
    const more = Math.max(0, late.offers - entry.moved);
    const moved = { $max: { moved: late.offers }, $inc: { offers: more } };
    if (await settled.update('moveOffers', { _id: late._id, moved: entry.moved }, moved)) {
      await open.remove('leave', { _id: late._id, offers: late.offers, history: { $size: round } });
    }
  }
}
