/**
 * What passes between the flow core and whoever drives it (the enquiry workflow, the simulator, a flow test):
 * the state of one enquiry, the events that reach it, and the effects it asks for. Nothing in here is personal:
 * ids and derived facts only, because all of it enters Temporal's history.
 */
import type { Answer } from './answer';
import type { ChoiceFacts } from './choice-facts';
import type { EvaluationFacts, TemplateFacts } from './evaluation-facts';
import type { KeptPlace } from './personal';
import type { RingVisit } from './ring-visit';
import type { Expression, WaitEvent, WebhookRequest } from './flow';
import type { Missed } from './missed';
import type { SavedPlace } from './webhook/read-answer';
import type { ParkedRest, Rest, WaitRest } from './rests';
import type { Errand, JoiningAct, JoiningEffect, JoiningWord, MergedInto } from './joining';
import type {
  ActOutcome,
  Attention,
  DeliveryFailure,
  Instant,
  MessageFacts,
  NoticeSort,
  SlaClock,
  SlaName,
  Snooze,
  SpamMark,
  Target,
  TraceEntry,
} from './marks';

export type {
  ActOutcome,
  ActRefusal,
  Attention,
  DeliveryFailure,
  Instant,
  MailKind,
  MessageFacts,
  NoticeSort,
  Offer,
  ReadValues,
  SlaClock,
  SlaName,
  SlaStanding,
  Snooze,
  SpamMark,
  Target,
  TraceEntry,
} from './marks';

export type { Answer } from './answer';
export type { ChoiceFacts, WantedSkill } from './choice-facts';
export type { EvaluationFacts, TemplateFacts } from './evaluation-facts';
export type { ParkedRest, Rest, WaitRest } from './rests';
export type { Absorbed, Errand, ErrandKind, Left, MergedInto } from './joining';
export type { RingVisit } from './ring-visit';

/** Meaning of the interpreter; a change of meaning gets a new number, and old runs keep theirs. */
export const ENGINE = 1;

export type EnquiryStatus = 'ringing' | 'waiting' | 'missed' | 'ongoing' | 'snoozed' | 'parked' | 'closed';
/** Stands in `until` where a rest has no end of its own; `nextDeadline` answers null for it. */
export const NEVER: Instant = Number.MAX_SAFE_INTEGER;

/** Stands as strategy where the flow names none: the group's own holds, as it is when it rings. */
export const AS_GROUP = 'as-group';

/** What a question is asked for: the node the course stands at, an offer, or a person's act. */
export type Pending =
  | { on: 'node' }
  | { on: 'offer'; offer: string }
  | { on: 'accept'; agent: string }
  /** `over`: from whoever has it. */
  | { on: 'take'; agent: string; by?: string; over?: true }
  | { on: 'reply'; agent: string; side?: true }
  | { on: 'unsend'; agent: string; mail: string }
  /** Whether the agent is there to whom a snoozed enquiry returns. */
  | { on: 'woken'; event: WaitEvent }
  /** A slot for who opens a closed enquiry again. */
  | { on: 'reopen'; agent: string }
  /** The mail that tells of a close for silence, or warns of it. */
  | { on: 'idle'; what: 'warning' | 'notice' }
  /** What a person asked for that touches two enquiries. */
  | { on: 'errand' }
  /** Whether the notice of a close that is undone could be kept back. */
  | { on: 'undo'; agent: string }
  /** Whether the bound agent who has it is there for the contact; `again`: his patience is over. */
  | { on: 'holder'; again: boolean }
  /** The notice that a closed thread takes no mail; `message`: the mail it answers. */
  | { on: 'refusal'; message: string };

/** What a person's close can be taken back with. */
export interface UndoClose {
  by: string;
  /** Where the course stood; it goes on at the same rest, or enters the node anew. */
  node: string | null;
  rest: WaitRest | ParkedRest | null;
  disposition: string | null;
  attention: Attention | null;
  /** How the agreed times stood; absent where there are none. */
  sla?: EnquiryState['sla'];
  /** Outbox id of the notice, which waits for its undo time. */
  mail?: string;
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
  /** `sticky` of the route that led there, in ms; absent: it has none. */
  sticky?: number;
  /** Who served the contact last in this enquiry, and when he last did; absent: nobody yet. */
  served?: { agent: string; at: Instant };
  requested: { to: Target; by: string; note?: string } | null;
  tags: string[];
  priority: number;
  disposition: string | null;
  vars: Record<string, string | number | boolean>;
  /** Personal variables: `seq` of the effect that kept each one's value in the store; absent: none has one but its default. */
  kept?: Record<string, number>;
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
  /**
   * Answers since the contact wrote last, oldest first, and whose turn it was before each; `first`: it was the agreed first
   * response; `planned`: it has yet to leave. Absent: none.
   */
  replies?: { mail: string; before: 'agent' | 'contact'; at?: Instant; first?: true; planned?: true }[];
  /** Absent in states of before this was kept, as are the next four. */
  attention?: Attention | null;
  /** Nobody has it, and this group is rung when the contact writes; absent or null: it is as the flow says. */
  onReply?: string | null;
  /** Absent or null: it rang at nobody in vain. */
  missed?: Missed | null;
  snooze?: Snooze | null;
  spam?: SpamMark | null;
  undo?: UndoClose | null;
  /** Absent or null: it is an enquiry of its own. */
  merged?: MergedInto | null;
  /** What is carried out as soon as it is recorded; absent or null: nothing. */
  errand?: Errand | null;
  /** While it is the contact's turn: when he is warned of the close for silence (null: not, or no more), when it closes. */
  idle?: { warnAt: Instant | null; closeAt: Instant } | null;
  /** Absent where the flow agrees on no times, and for what a machine wrote. */
  sla?: { [Name in SlaName]?: SlaClock };
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

/** Where an enquiry goes whose agent is gone. */
export interface HandOver {
  /** Null: to the group it is at. */
  to: Target | null;
  /** He has it until somebody accepts. */
  keeps?: true;
  /** Who asked for it; absent: nobody did. */
  by?: string;
  /** Id of a note for whoever takes it. */
  note?: string;
}

/** What may happen to an enquiry. */
export type FlowEvent =
  | {
      type: 'start';
      at: Instant;
      enquiryId: string;
      channelId: string;
      message: MessageFacts;
      startAt?: string;
      /** The agent who writes first; `message` is none then. */
      writtenBy?: string;
      /** The enquiry it was split off: its contact is greeted by no robot. */
      splitOff?: string;
    }
  | { type: 'mail'; at: Instant; message: MessageFacts }
  | { type: 'answer'; at: Instant; seq: number; answer: Answer }
  /** The effect could not be done for good (not: try again). */
  | { type: 'error'; at: Instant; seq: number; code: string }
  | { type: 'clock'; at: Instant }
  | ({ type: 'accept'; offer: string } & Act)
  /** `reason`: id of the note he gave his reason in. */
  | ({ type: 'decline'; offer: string; reason?: string } & Act)
  /** `over`: from whoever has it; `to`: a supervisor gives it to somebody, over his capacity too. */
  | ({ type: 'take'; over?: boolean; to?: string } & Act)
  | ({ type: 'reply'; draft: string; digest: string; side?: true } & Act)
  | ({ type: 'unsend'; mail: string } & Act)
  | ({ type: 'note'; note: string } & Act)
  | ({ type: 'transfer'; to: Target; note?: string } & Act)
  | ({ type: 'tag'; add: string[]; remove: string[] } & Act)
  | ({ type: 'close'; disposition?: string; notify: boolean } & Act)
  | ({ type: 'snooze'; until: Instant } & Act)
  | ({ type: 'unsnooze' } & Act)
  /** Gives it up: back to its group. `note`: why, for colleagues. */
  | ({ type: 'release'; note?: string } & Act)
  | ({ type: 'undo-transfer' } & Act)
  /** `withinMs`: how long after the close it may be taken back. */
  /** `keepsMet`: agreed times that the close has met stay met, as in runs from before. */
  | ({ type: 'undo-close'; withinMs: number; keepsMet?: true } & Act)
  /** Opens a closed enquiry again; it is his. */
  | ({ type: 'reopen' } & Act)
  | ({ type: 'spam' } & Act)
  | ({ type: 'not-spam' } & Act)
  /** `mailAgain`: he knows that somebody gets a mail twice by it. */
  | ({ type: 'resume'; node: string; mailAgain?: boolean } & Act)
  /** Somebody looked after a mail that did not arrive; `mail`: after this one only. */
  | ({ type: 'attend'; mail?: string } & Act)
  | (JoiningAct & Act)
  | ({ at: Instant } & JoiningWord)
  /** The line reserved `agent` for us and made the offer; `decision` is its record. */
  | { type: 'matched'; at: Instant; agent: string; offer: string; until: Instant; decision: string }
  /** An agent is not there any more. `left`: not for a while, he is suspended or removed. */
  | { type: 'agent-gone'; at: Instant; agent: string; cause: string; left?: true; handOver?: HandOver }
  /** An answer that was planned for later has left. */
  | { type: 'answer-left'; at: Instant; outboxId: string }
  /** A mail of ours did not arrive; `automatic`: the flow wrote it. */
  | { type: 'delivery-failed'; at: Instant; outboxId: string; how?: DeliveryFailure; automatic?: boolean };

/** Name of an effect = name of the activity that does it, so that the Temporal UI reads like the flow. */
export type Effect = { seq: number; node: string | null } & (
  | { do: 'checkBlocklist'; lists: string[]; messageId: string }
  /** `mode` first: index of the first true expression or -1; all: each; values: the values (for `set`). */
  | {
      do: 'evaluateConditions';
      expressions: Expression[];
      mode: 'first' | 'all' | 'values';
      facts: EvaluationFacts;
      /** Values that stay next to the store, for personal variables; `null` is answered in their place. */
      keep?: KeptPlace[];
    }
  /** Direct ring: choose by strategy, reserve a slot and put the offer on the agent's list, atomically. */
  | ({
      do: 'reserveAgent';
      target: Target;
      strategy: string | string[];
      asked: string[];
      missedBy: string[];
      offer: string;
      until: Instant;
      /** The group's own time to accept, where it has one, goes before `until`. */
      groupTime?: true;
      /** The contact is bound to this agent: while he is busy he counts as full, not as gone. */
      bound?: true;
    } & ChoiceFacts)
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
  | { do: 'reserveFor'; agent: string; force: boolean; received?: true; timezone?: string }
  | ({
      do: 'enterLine';
      target: Target;
      strategy: string | string[];
      asked: string[];
      priority: number;
      since: Instant;
      ringTimeoutMs: number;
      groupTime?: true;
    } & ChoiceFacts)
  | { do: 'leaveLine'; target: Target }
  /** How an offer ended: frees slots of all but `winner`, counts misses, wakes the line. */
  | {
      do: 'endOffer';
      offer: string;
      agents: string[];
      how: 'accepted' | 'declined' | 'missed' | 'rescinded';
      winner: string | null;
      /** Time zone by whose days the winner's enquiries are counted; absent: UTC. */
      timezone?: string;
    }
  /** `wrapUp`: he has time to write up what he did, as this group says (null: it is at none). */
  | { do: 'releaseSlot'; agent: string; wrapUp?: { group: string | null } }
  /** `bound`: answers whether he is there for a contact who is bound to him; `asked`: whether another serves for him; `there`: whether he is there at all. */
  | { do: 'holdSlot'; agent: string; bound?: true; asked?: true; there?: true }
  | {
      do: 'queueMail';
      mail: 'auto-reply' | 'close-notice' | 'closed-thread-notice' | 'idle-warning';
      template: string;
      messageId: string;
      /** It waits for the undo time, as a person caused it. */
      undoable?: true;
      /** For places of the template; absent: the flow has neither variables nor settings. */
      facts?: TemplateFacts;
    }
  /** Keeps a mail back that has not left, or (null) all automatic mail of the enquiry; answers whether it could. */
  | { do: 'discardMail'; outbox: string | null }
  | { do: 'queueReply'; draft: string; digest: string; agent: string; act: string }
  /** Keeps an answer from leaving and gives its text back to the draft; `suppressed` when it has left. */
  | { do: 'takeBackMail'; mail: string; agent: string }
  /** A mail that reached the run after its close: its delivery starts an enquiry of its own, or stands as refused. */
  | { do: 'turnAwayMail'; messageId: string; to: 'new-enquiry' | 'refused' }
  | JoiningEffect
  /** A flow's text may hold `{{ }}`; `facts` then travel with it, and what is personal is filled in next to the store. */
  | { do: 'keepNote'; note: string; agent: string | null; text?: string; facts?: EvaluationFacts }
  | { do: 'bindEngagement'; agent: string; expiresMs: number; whenUnavailable: string; group: string | null }
  | { do: 'findEngaged' }
  /** Which of these calendars are open now; they are read afresh. */
  | { do: 'lookAtCalendars'; calendars: string[] }
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
