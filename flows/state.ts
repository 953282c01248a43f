/**
 * What passes between the flow core and whoever drives it (the enquiry workflow, the simulator, a flow test):
 * the state of one enquiry, the events that reach it, and the effects it asks for. Nothing in here is personal:
 * ids and derived facts only, because all of it enters Temporal's history.
 */
import type { Expression, WaitEvent, WebhookRequest } from './flow';
import type { WebhookFailure } from './webhook/failure';
import type { SavedPlace } from './webhook/read-answer';

/** Meaning of the interpreter; a change of meaning gets a new number, and old runs keep theirs. */
export const ENGINE = 1;

/** Milliseconds since the epoch, server time. */
export type Instant = number;

export type EnquiryStatus = 'ringing' | 'waiting' | 'missed' | 'ongoing' | 'snoozed' | 'parked' | 'closed';
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
  /** The sender is the enquiry's contact or another participant (a holder of our id who is none is `false`). */
  participant: boolean;
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

/** Stands in `until` where a rest has no end of its own; `nextDeadline` answers null for it. */
export const NEVER: Instant = Number.MAX_SAFE_INTEGER;

/** Stands as strategy where the flow names none: the group's own holds, as it is when it rings. */
export const AS_GROUP = 'as-group';

/** What the course rests on. `until` is the moment the driver must send `clock`. */
export type Rest =
  | { kind: 'ring'; node: string; target: Target; strategy: string; offer: Offer }
  | { kind: 'line'; node: string; target: Target; strategy: string; since: Instant; until: Instant }
  | { kind: 'list'; node: string; group: string; since: Instant; until: Instant }
  | WaitRest
  | { kind: 'parked'; node: string | null; reason: string };

/** The course waits for one of the named events, at most until `until`. */
export interface WaitRest {
  kind: 'wait';
  node: string;
  for: WaitEvent[];
  since: Instant;
  until: Instant;
}

/** One going round of offers, from its first candidate to `accepted` or nobody left; lives over several rests. */
export interface RingVisit {
  /** `ring` and `transfer` belong to a node; `handover` is a transfer that no node asked for and that comes back. */
  purpose: 'ring' | 'transfer' | 'handover';
  target: Target;
  strategy: string;
  ringMs: number;
  /** The flow names the time to accept; else a group's own goes before. */
  ringGiven: boolean;
  /** How long it waits in line, and in a group's list. Null: without end. */
  queueMs: number | null;
  listMs: number | null;
  /** To the agent the contact is bound to; `waits`: for him and nobody else, be he there or not. */
  bound: { waits: boolean } | null;
  /** Group the enquiry was at before it went to the list of the group it is transferred to; absent: it did not. */
  groupBefore?: string | null;
  /** When waiting in line ends in this visit, however often the line is entered; null before the first time. */
  lineUntil: Instant | null;
  /** `handover`: the rest to come back to, and what it named that happened meanwhile. */
  back: WaitRest | null;
  happened: WaitEvent[];
}

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
  | 'node-unknown'
  | 'would-mail-again'
  | 'not-possible-now';

/** What a question is asked for: the node the course stands at, an offer, or a person's act. */
export type Pending =
  | { on: 'node' }
  | { on: 'offer'; offer: string }
  | { on: 'accept'; agent: string }
  | { on: 'take'; agent: string }
  | { on: 'reply'; agent: string }
  /** Whether the bound agent who has it is there for the contact; `again`: his patience is over. */
  | { on: 'holder'; again: boolean }
  /** The notice that a closed thread takes no mail; `message`: the mail it answers. */
  | { on: 'refusal'; message: string };

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

/** State of one enquiry's run. JSON; the truth while the run lives; `record` copies it to the store. */
export interface EnquiryState {
  engine: number;
  enquiryId: string;
  channelId: string;
  /** Number last given to an event, effect or trace entry; never restarts, not even over runs. */
  seq: number;
  status: EnquiryStatus;
  awaiting: 'agent' | 'contact';
  /** Node the course stands at. */
  node: string | null;
  rest: Rest | null;
  /** The question the course waits an answer for; null while resting. */
  asking: { seq: number; node: string | null; about: string; act?: string } | null;
  /** What the question is asked for (engine's own; JSON). */
  pending: Pending | null;
  assignee: string | null;
  assignedAt: Instant | null;
  /** Agent whose slot this enquiry holds (a pending offer's slot is not counted); null while it awaits the contact. */
  slot: string | null;
  /** The contact was bound to an agent in this enquiry, or found bound: whether that agent is there is asked at his mails. */
  bound: boolean;
  /** When it is looked again whether the busy agent who has it is there for the contact. */
  lookAgainAt: Instant | null;
  /** The round of offers that goes on. */
  ringing: RingVisit | null;
  /** Group the enquiry is at (routed or transferred to). */
  group: string | null;
  routed: Target | null;
  requested: { to: Target; by: string; note?: string } | null;
  tags: string[];
  priority: number;
  disposition: string | null;
  vars: Record<string, string | number | boolean>;
  /** Visits per node; `route` counts destinations by it. */
  visits: Record<string, number>;
  /** Agents asked in this visit of a ring; agents who missed any ring of this enquiry, latest last. */
  asked: string[];
  missedBy: string[];
  /** Facts of the mail that started the enquiry, and of the newest. */
  message: MessageFacts;
  newest: MessageFacts;
  /** Store id of the mail that a notice answers: the newest of a participant that is not automatic. */
  answerTo: string;
  messages: number;
  reopened: number;
  /** Immediate steps since the last rest; steps in all: run-time guards. */
  burst: number;
  steps: number;
  /** `onError` was taken and the course has not rested since: the next fault parks. */
  failing: boolean;
  autoReplies: number;
  /** Mails sent on so far; absent: none. */
  forwards?: number;
  /** A person closed it: who, and whether the contact may be told. */
  closing: { by: string; notify: boolean } | null;
  /** The contact was told once that this thread is closed. */
  refusalSent: boolean;
  /** Absent in states of before this was kept. */
  attention?: Attention | null;
  ending: string | null;
  closedAt: Instant | null;
  startedAt: Instant;
  changedAt: Instant;
  awaitingSince: Instant;
}

/** A person's act carries `act` (the request's idempotency key) and the agent who does it. */
interface Act {
  at: Instant;
  act: string;
  agent: string;
}

/** What may happen to an enquiry. */
export type FlowEvent =
  | { type: 'start'; at: Instant; enquiryId: string; channelId: string; message: MessageFacts; startAt?: string }
  | { type: 'mail'; at: Instant; message: MessageFacts }
  | { type: 'answer'; at: Instant; seq: number; answer: Answer }
  /** The effect could not be done for good (not: try again). */
  | { type: 'error'; at: Instant; seq: number; code: string }
  | { type: 'clock'; at: Instant }
  | ({ type: 'accept'; offer: string } & Act)
  | ({ type: 'decline'; offer: string; reason?: string } & Act)
  | ({ type: 'take' } & Act)
  | ({ type: 'reply'; draft: string; digest: string } & Act)
  | ({ type: 'note'; note: string } & Act)
  | ({ type: 'transfer'; to: Target; note?: string } & Act)
  | ({ type: 'tag'; add: string[]; remove: string[] } & Act)
  | ({ type: 'close'; disposition?: string; notify: boolean } & Act)
  /** `mailAgain`: he knows that somebody gets a mail twice by it. */
  | ({ type: 'resume'; node: string; mailAgain?: boolean } & Act)
  /** Somebody looked after a mail that did not arrive; `mail`: after this one only. */
  | ({ type: 'attend'; mail?: string } & Act)
  /** The line reserved `agent` for us and made the offer; `decision` is its record. */
  | { type: 'matched'; at: Instant; agent: string; offer: string; until: Instant; decision: string }
  /** Presence of an agent ended (or he was suspended) while the offer rang. */
  | { type: 'agent-gone'; at: Instant; agent: string; cause: string }
  /** A mail of ours did not arrive; `automatic`: the flow wrote it. */
  | { type: 'delivery-failed'; at: Instant; outboxId: string; how?: DeliveryFailure; automatic?: boolean };

/** Name of an effect = name of the activity that does it, so that the Temporal UI reads like the flow. */
export type Effect = { seq: number; node: string | null } & (
  | { do: 'checkBlocklist'; lists: string[]; messageId: string }
  /** `mode` first: index of the first true expression or -1; all: each; values: the values (for `set`). */
  | { do: 'evaluateConditions'; expressions: Expression[]; mode: 'first' | 'all' | 'values'; facts: EvaluationFacts }
  /** Direct ring: choose by strategy, reserve a slot and put the offer on the agent's list, atomically. */
  | {
      do: 'reserveAgent';
      target: Target;
      strategy: string;
      asked: string[];
      missedBy: string[];
      offer: string;
      until: Instant;
      /** The group's own time to accept, where it has one, goes before `until`. */
      groupTime?: true;
      /** The contact is bound to this agent: while he is busy he counts as full, not as gone. */
      bound?: true;
    }
  /** Broadcast: put the offer on the list of every candidate; reserves nobody. */
  | {
      do: 'offerToAll';
      target: Target;
      asked: string[];
      missedBy: string[];
      offer: string;
      until: Instant;
      groupTime?: true;
    }
  /** Accept of a broadcast, take, transfer to a person: reserve a slot for just this agent or say full. */
  | { do: 'reserveFor'; agent: string; force: boolean }
  | {
      do: 'enterLine';
      target: Target;
      strategy: string;
      asked: string[];
      priority: number;
      since: Instant;
      ringTimeoutMs: number;
      groupTime?: true;
    }
  | { do: 'leaveLine'; target: Target }
  /** How an offer ended: frees slots of all but `winner`, counts misses, wakes the line. */
  | {
      do: 'endOffer';
      offer: string;
      agents: string[];
      how: 'accepted' | 'declined' | 'missed' | 'rescinded';
      winner: string | null;
    }
  | { do: 'releaseSlot'; agent: string }
  /** `bound`: answers whether he is there for a contact who is bound to him. */
  | { do: 'holdSlot'; agent: string; bound?: true }
  | {
      do: 'queueMail';
      mail: 'auto-reply' | 'close-notice' | 'closed-thread-notice';
      template: string;
      messageId: string;
    }
  | { do: 'queueReply'; draft: string; digest: string; agent: string; act: string }
  /** A mail that reached the run after its close: its delivery starts an enquiry of its own, or stands as refused. */
  | { do: 'turnAwayMail'; messageId: string; to: 'new-enquiry' | 'refused' }
  /** A flow's text may hold `{{ }}`; `facts` then travel with it, and what is personal is filled in next to the store. */
  | { do: 'keepNote'; note: string; agent: string | null; text?: string; facts?: EvaluationFacts }
  | { do: 'bindEngagement'; agent: string; expiresMs: number; whenUnavailable: string; group: string | null }
  | { do: 'findEngaged' }
  /** Asks another system. Places of the request are filled in next to the store, so nothing personal travels here. */
  | {
      do: 'callWebhook';
      connection: string;
      request: WebhookRequest;
      /** How often the course came to the node since the enquiry was opened, this time included. */
      visit: number;
      /** How often it was opened again, where it was; with enquiry, node and visit it names the request. */
      reopened?: number;
      timeoutMs: number;
      retry: { maxAttempts: number; intervalMs: number; backoffRate: number };
      save: Record<string, SavedPlace>;
      facts: EvaluationFacts;
    }
  /** Sends a mail on to addresses outside, once; what may not go there is left out. */
  | { do: 'forwardMail'; to: string[]; messageId: string }
  /** Puts a notice into colleagues' lists. Its text may hold `{{ }}`, filled in next to the store. */
  | { do: 'notifyStaff'; to: Target | 'supervisors'; sort: NoticeSort; text: string; facts: EvaluationFacts }
  | UnlinkedCall
);

/** Asked only where the flow that a `subflow` names is not linked in, as when one file is played; no run asks it. */
export interface UnlinkedCall {
  do: 'runSubflow';
  flow: string;
}

/** What a notice is about: a flow's own words, a transfer nobody took, a mail that did not arrive, a flow that stopped. */
export type NoticeSort = 'flow' | 'transfer-failed' | 'delivery-failed' | 'parked';

/** Non-personal facts that travel with an evaluation; the rest is read next to the store. */
export interface EvaluationFacts {
  at: Instant;
  timezone: string;
  calendar: string | null;
  channelId: string;
  message: MessageFacts;
  vars: Record<string, string | number | boolean>;
  settings: Record<string, string | number | boolean>;
  enquiry: { id: string; tags: string[]; priority: number; awaiting: string; reopened: boolean; disposition: string };
  group: string | null;
}

/** What expressions read, by path, for the story; nothing personal is among it, and long values are cut. */
export type ReadValues = Record<string, string | number | boolean | string[]>;

/** What an effect answered. Effects not named here answer `{ done: true }`. */
export type Answer =
  | { done: true }
  | { blocked: boolean; entry?: string }
  | { index: number; read?: ReadValues }
  | { matches: boolean[]; read?: ReadValues }
  | { values: (string | number | boolean)[]; read?: ReadValues }
  /** reserveAgent, reserveFor: who was reserved, and the decision that tells why. */
  | { reserved: string; decision: string; until: Instant }
  /** offerToAll, or reserveAgent for a group that rings at all: who is ringing. */
  | { ringing: string[]; decision: string; until?: Instant }
  /** reserveAgent for a group that rings nobody: the enquiry goes to its list. */
  | { listed: true; decision: string }
  /** Nobody could be reserved: all asked; some online but full; nobody online; group or agent unknown. */
  | { nobody: 'asked' | 'full' | 'offline' | 'unknown'; decision: string }
  | { queued: string }
  | { suppressed: string }
  /** notifyStaff: who was told. */
  | { told: string[] }
  /** callWebhook: the values that were to be saved, of the types of their variables. */
  | { saved: Record<string, string | number | boolean> }
  /** callWebhook: the other system did not answer as it must, also after the flow's attempts. */
  | { failed: WebhookFailure }
  /** `gone`: he is not there at all; `waits`: the engagement says that the contact waits for him. */
  | { engaged: string | null; available: boolean; gone?: boolean; waits?: boolean }
  /** holdSlot of a bound agent; `forwardTo`: the group that serves when he is not there, null: the contact waits. */
  | { holder: 'free' | 'occupied' | 'gone'; forwardTo: string | null };

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

/**
 * What one step gives. `effects` are to be done in their order; only the one named by `state.asking` (always the last)
 * must be answered, an answer to any other changes nothing. `acts` tells how people's acts ended that were decided in
 * this step; every act is answered once, in the step that took it or in the one that answers its question.
 */
export interface StepResult {
  state: EnquiryState;
  effects: Effect[];
  trace: TraceEntry[];
  acts: { act: string; outcome: ActOutcome }[];
}
