/** Smaller words of an enquiry's state that stand alone: how acts end, what it is marked with. Nothing in here is personal. */

/** Milliseconds since the epoch, server time. */
export type Instant = number;

/** How an act of a person ended; `code` is an API error code when it was refused. */
export type ActOutcome =
  { ok: true; detail?: Record<string, string | number> } | { ok: false; code: ActRefusal; by?: string; at?: Instant };
export type ActRefusal =
  | 'offer-taken'
  | 'offer-over'
  | 'agent-full'
  | 'already-assigned'
  | 'not-assigned'
  | 'enquiry-closed'
  | 'enquiry-parked'
  | 'draft-unknown'
  | 'newer-message'
  | 'mail-left'
  | 'node-unknown'
  | 'would-mail-again'
  | 'too-late'
  | 'enquiry-merged'
  | 'no-group'
  | 'not-possible-now';

/** How a mail of ours did not arrive: refused for good, nobody can say, or a report came back. */
export type DeliveryFailure = 'failed' | 'uncertain' | 'bounced';

/** A mail of the enquiry did not arrive, and no person has looked after it yet. */
export interface Attention {
  why: DeliveryFailure;
  /** Outbox id of the mail. */
  mail: string;
  /** The flow wrote it, no person. */
  automatic: boolean;
  since: Instant;
  /** It was the contact's turn before; it will be again when somebody has looked after it. */
  turned: boolean;
}

/** Its agent laid it aside: it holds no slot until then, or until the contact writes. */
export interface Snooze {
  until: Instant;
  since: Instant;
  by: string;
}

/** Somebody says that it is spam: a person by his id, or the mail provider. */
export interface SpamMark {
  by: string;
  at: Instant;
}

/** What a flow agrees on: how soon somebody answers, how soon it is done. */
export type SlaName = 'firstResponse' | 'resolution';

/** How an open enquiry stands to the times agreed on: `warned`: one is nearly over; `breached`: one is over and still owed. */
export type SlaStanding = 'running' | 'paused' | 'warned' | 'breached';

/** One agreed time of an enquiry, in opening time. */
export interface SlaClock {
  /** `paused`: it is the contact's turn. */
  state: 'running' | 'paused' | 'met' | 'breached';
  wholeMs: number;
  /** So long before its end it is warned of. */
  warnMs: number;
  /** What was left when it was last started or paused. */
  leftMs: number;
  warned: boolean;
  warnAt: Instant;
  dueAt: Instant;
  /** When what was agreed on came, in time or not. */
  endedAt: Instant | null;
}

/** What a notice is about; `flow`: a flow's own words. */
export type NoticeSort =
  | 'flow'
  | 'transfer-failed'
  | 'delivery-failed'
  | 'parked'
  | 'mention'
  | 'customer-replied'
  | 'transferred'
  | 'taken-over'
  | 'snooze-ended'
  | 'webhook-failing'
  | 'missed'
  | 'not-responding'
  | 'assigned'
  | 'mail-held'
  | 'side-answer'
  | 'sla'
  | 'agent-note';

/** What expressions read, by path, for the story; nothing personal is among it, and long values are cut. */
export type ReadValues = Record<string, string | number | boolean | string[]>;

export type MailKind = 'person' | 'automatic' | 'list' | 'bounce' | 'report';

/** Facts of a mail that are not personal; what conditions may read of `message.*` without asking the store. */
export interface MessageFacts {
  /** Store id of the message. */
  id: string;
  kind: MailKind;
  automatic: boolean;
  fromDomain: string;
  language: string;
  attachmentCount: number;
  size: number;
  spf: string;
  dkim: string;
  dmarc: string;
  /** A spam filter on the way marked it, and the channel heeds that. */
  spam?: boolean;
  /** The sender is the enquiry's contact or another participant (a holder of our id who is none is `false`). */
  participant: boolean;
  /** It belongs to a side thread: the contact never sees it, and no course heeds it. */
  side?: true;
}

/** A group or an agent, by id. */
export type Target = { group: string } | { agent: string };

/** An enquiry ringing at one or (ringAll) several agents. */
export interface Offer {
  id: string;
  agents: string[];
  /** One agent holds a reserved slot; a broadcast reserves nobody. */
  broadcast: boolean;
  since: Instant;
  until: Instant;
}

/** One line of the story: what a node did and why. `detail` holds nothing personal. */
export interface TraceEntry {
  seq: number;
  at: Instant;
  node: string | null;
  kind: string;
  outcome?: string;
  next?: string;
  /** A plain sentence, or a machine word the API turns into one. */
  what: string;
  detail?: Record<string, unknown>;
  by?: string;
}
