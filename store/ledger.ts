import type { MailKind } from '../flows/state';
import { after } from './database/afterwards';
import { openCollection, type CollectionPorts, type Stored } from './database/collection';
import { createLeaving } from './database/leaving';
import { lookUps } from './ledger/look-ups';
import { laterVerdicts } from './ledger/later-verdicts';
import type { Verdict } from './ledger/verdicts';
import { replacing } from './ledger/replacing';
import { settling } from './ledger/settling';
import { moveOffers, ledger, unsettled, type Leaver } from './ledger/parts';

export { keptBack, reached } from './ledger/verdicts';
export type { Verdict };

/** Who offered the mail, and how. */
export interface DeliverySource {
  kind: 'smtp' | 'imap' | 'pop3';
  /** Who offered it: address of the relay, or the mail login's id. */
  server: string;
  envelope: { from: string | null; to: string[]; ip: string | null; helo: string | null; tls: boolean };
  /** Our own Received line with its line end, which belongs before the raw bytes; kept apart, so that these stay as sent. */
  received?: string;
  /** Older than what the mailbox was asked for: it is kept and shown, and no flow runs for it. */
  history?: true;
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

/** How many entries have a verdict, and how often they were offered. */
export interface VerdictCount {
  /** Null: not settled yet. */
  verdict: Verdict | null;
  entries: number;
  offers: number;
}

/** What the ledger needs. */
export interface LedgerPorts extends CollectionPorts {
  leaveAfterMs?: number;
  /** Sees to it that these enquiries are in the lists. */
  ensureListed: (enquiries: string[]) => Promise<void>;
  /** Writes what must be in the store before a verdict is. */
  completed: () => Promise<void>;
  /** Verdicts of mail that reached its enquiry are written a moment later, together (see `StorePorts.alone`). */
  alone: boolean;
}

/** The ledger: an entry stands in `unsettled` until it has its verdict, then in `ledger`. */
export function createLedger(ports: LedgerPorts) {
  const stored = openCollection(ledger, ports);
  const open = openCollection(unsettled, ports);
  const { ensureListed, completed, alone, leaveAfterMs = alone ? 2_000 : 1_000 } = ports;
  const later = laterVerdicts(stored, completed);
  const leaving = createLeaving<Leaver>(async (leavers) => {
    await later.flush();
    later.correct(leavers);
    await ensureListed([...leavers.values()].flatMap(({ started }) => started ?? []));
    await moveOffers(stored, open, leavers);
  }, leaveAfterMs);
  const settled = after(later.flush, stored);
  const parts = { settled, open, leaving, ensureListed, completed, later: alone ? later : null };
  return {
    ...settling(parts),
    ...replacing(parts),
    ...lookUps(parts),
    /** Clears settled entries out of `unsettled` now; called at close. */
    flush: leaving.flush,
  };
}

/** Operations on the ledger. */
export type Ledger = ReturnType<typeof createLedger>;
