import { flowDefaults, type FlowDefaults } from '../../flows';
import type { WorkflowPorts, WorkLog } from '../../activities/ports';
import type { Parser } from '../../mail/parser';
import type { ResolveDns } from '../../mail/dns-cache';
import type { Store } from '../../store';
import type { DeliverySource, LedgerEntry, Verdict } from '../../store/ledger';

/** Settings intake obeys. */
export interface IntakeSettings {
  /** Our name as a mail server. */
  serverName: string;
  /** What holds where a flow says nothing; pinned when an enquiry starts. */
  flowDefaults: FlowDefaults;
  /** New enquiries a minute that no channel may pass, whatever its own limit. */
  mostStartsPerMinute: number;
  /** How long Temporal may take to hear of a mail before the sender is asked to come again. */
  temporalPatienceMs: number;
  /** How long SPF, DKIM and DMARC of one mail may take. */
  verifyBudgetMs: number;
  /** How long an address that mail came back from gets no automatic mail. */
  undeliverableMs: number;
  /** Addresses of mail servers of one's own in front of us: what they connect from says nothing of the sender. */
  trustedRelays: readonly string[];
  /** Whose `Authentication-Results` are believed in mail fetched from which host; an empty name: without a name. */
  trustedResults: Readonly<Record<string, readonly string[]>>;
}

/** The settings unless others are given. */
export const defaultIntakeSettings: Readonly<IntakeSettings> = {
  serverName: 'localhost',
  flowDefaults,
  mostStartsPerMinute: 600,
  temporalPatienceMs: 10_000,
  verifyBudgetMs: 5_000,
  undeliverableMs: 30 * 24 * 3_600_000,
  trustedRelays: ['127.0.0.1', '::1'],
  trustedResults: { 'imap.gmail.com': ['mx.google.com'], 'outlook.office365.com': [''] },
};

/** What intake is made from. */
export interface IntakePorts {
  store: Store;
  workflows: Pick<WorkflowPorts, 'startEnquiry' | 'mailJoined' | 'deliveryFailed'>;
  parser: Pick<Parser, 'parse'>;
  /** Key of the codes in our Message-IDs and plus addresses. */
  mailSecret: string;
  settings: IntakeSettings;
  now: () => Date;
  log: WorkLog;
  /** Asks the DNS for SPF, DKIM and DMARC. */
  resolver: ResolveDns;
}

/** One mail offered to one channel. */
export interface Delivery {
  /** Where it came from, in the forms of design 2: the same delivery offered again has the same id. */
  ledgerId: string;
  channelId: string;
  source: DeliverySource;
  /** The bytes as received; or what is known of a mail that is too large to be fetched. */
  content: { raw: Buffer; receivedHeader?: string } | { tooLarge: { bytes: number; header: Buffer | null } };
  receivedAt?: Date;
}

/** What became of a delivery. */
export interface Settled {
  ledgerId: string;
  verdict: Verdict;
  reason: string | null;
  enquiry: string | null;
  message: string | null;
}

/** Temporal did not hear of a mail in time: the sender must come again, the clock settles the entry. */
export class TemporalAway extends Error {
  override readonly name = 'TemporalAway';
  constructor(cause: unknown) {
    super('Temporal cannot be reached, so the mail could not be given to its enquiry. It is kept and will be.', {
      cause,
    });
  }
}

/** There is no delivery of this id, or it has a verdict that nobody can release. */
export class NotReleasable extends Error {
  override readonly name = 'NotReleasable';
  readonly verdict: Verdict | null;
  constructor(ledgerId: string, verdict: Verdict | null) {
    super(verdict ? `${ledgerId} is ${verdict}; only what was kept back can be released.` : `There is no ${ledgerId}.`);
    this.verdict = verdict;
  }
}

/** The answer for a ledger entry that has its verdict. */
export function settledOf(entry: LedgerEntry): Settled {
  if (entry.verdict === null) throw new Error(`${entry._id} has no verdict yet.`);
  const { _id: ledgerId, verdict, reason, enquiry, message } = entry;
  return { ledgerId, verdict, reason, enquiry, message };
}
