/**
 * Shapes of the calls a workflow makes. Types only: workflows import them, so nothing here may be a value.
 */
import type { FlowDefaults } from '../flows/defaults';
import type { SettingValues } from '../flows/flow';
import type {
  ActOutcome,
  ActRefusal,
  Answer,
  DeliveryFailure,
  Effect,
  UnlinkedCall,
  EnquiryState,
  FlowEvent,
  MessageFacts,
  TraceEntry,
} from '../flows/state';

/** Name of an effect, which is also the name of the activity that does it. */
export type EffectName = Exclude<Effect['do'], UnlinkedCall['do']>;
/** The effect of one name. */
export type EffectOf<Name extends EffectName> = Extract<Effect, { do: Name }>;
/** What an effect's activity is called with: ids and the effect, nothing personal. */
export interface EffectCall<Name extends EffectName> {
  enquiryId: string;
  channelId: string;
  /** As people say it. */
  number: number;
  /** Id of the contact (a keyed digest), null where the mail names no sender. */
  contact: string | null;
  /** The flow it runs by; decisions name it. */
  flow?: { id: string; revision: number };
  effect: EffectOf<Name>;
}
/** One activity for every effect; a gap does not compile. */
export type EffectActivities = { [Name in EffectName]: (call: EffectCall<Name>) => Promise<Answer> };

/** What one run hands to the next, and what `record` stores beside the state. */
export interface CarriedRun {
  state: EnquiryState;
  /** Outcomes of the last 50 acts by their key, so that a repeated request gets the same answer. */
  acts: [string, ActOutcome][];
  /** Ids of the mails already taken, newest last, at most 500. */
  seen: string[];
}

/** A mail of an enquiry that did not arrive; the same occasion is heard once, however often it is told. */
export interface FailedDelivery {
  outboxId: string;
  occasion: string;
  how: DeliveryFailure;
  /** The flow wrote it, no person. */
  automatic: boolean;
}

/** An agent who is not there any more, and what becomes of what he has. */
export type AgentGone = Omit<Extract<FlowEvent, { type: 'agent-gone' }>, 'type' | 'at'>;

/** Acts that people do on closed enquiries; each the name of its Update. */
export type ActOnClosed =
  'attend' | 'note' | 'tag' | 'undoClose' | 'reopen' | 'spam' | 'notSpam' | 'merge' | 'unmerge' | 'part';
/** Acts that people do on many enquiries at once. */
export type BulkUpdate = 'close' | 'tag' | 'transfer' | 'snooze' | 'spam' | 'take' | 'merge';
/** What a bulk job asks for, as its document keeps it; nothing but ids and short words. */
export interface BulkAsked {
  ids: string[];
  update: BulkUpdate;
  /** Fields of the Update besides who does it. */
  input: Record<string, unknown>;
  /** Where the request came from; absent in jobs of before this was kept. */
  ip?: string | null;
  /** Digest of the request; absent in jobs of before this was kept. */
  request?: string;
}
/** Why a bulk job left an enquiry as it was: codes of the API's catalogue, which its types hold. */
export type BulkCode = ActRefusal | 'not-found' | 'not-confirmed' | 'other-channel' | 'other-contact';
/** An enquiry that a bulk job left as it was. */
export interface BulkRefusal {
  enquiry: string;
  code: BulkCode;
}
/** What such an act travels with. */
export interface ClosedActInput {
  act: string;
  agent: string;
  /** `attend`: after this mail only. */
  mail?: string;
  /** `note`: its message. */
  note?: string;
  /** `tag`: those put on, and those taken off. */
  add?: string[];
  remove?: string[];
  /** `undoClose`, `unmerge`: how long after it the close or merge may be taken back. */
  withinMs?: number;
  /** `merge`: the elder, and its number. */
  into?: string;
  number?: number;
  /** `part`: what goes, where to, and whether that is made for it. */
  message?: string;
  to?: string;
  fresh?: boolean;
}

/** Result of an enquiry's run, readable in the Temporal UI. */
export interface EnquiryResult {
  ending: string;
  /** The enquiry it was merged into; absent: none. */
  into?: string;
  path: string[];
  seq: number;
}

/** Activities every run uses beside the effects of its flow. */
export interface RunActivities {
  /** The state the store knows (null: never recorded) and the mails it holds, oldest first. */
  load(call: { enquiryId: string; startedBy: string }): Promise<{ carried: CarriedRun | null; mails: MessageFacts[] }>;
  /**
   * Commits state and story by one compare-and-set on `seq`; a repeat changes nothing. `ahead`: the store has another
   * record than the one this run went on from (it was reset, or its task was done anew with other events); nothing was
   * changed, and the run goes on from there.
   */
  record(call: RecordCall): Promise<{ ahead: StandingRun | null }>;
}
/** What stands in the store in place of what a run wanted to record; `revision` of the flow it is for. */
export interface StandingRun extends CarriedRun {
  revision?: number;
}

/** What one burst leaves behind. */
export interface RecordCall {
  enquiryId: string;
  run: { workflowId: string; runId: string };
  /** `seq` of the record this run goes on from; 0 before the first. */
  base: number;
  carried: CarriedRun;
  trace: TraceEntry[];
  /** What is awaited now, as a sentence, and until when (ms since the epoch). */
  awaited: string;
  until: number | null;
  result: EnquiryResult | null;
  /** The revision it goes on with from now on; absent: as before. */
  pin?: { id: string; revision: number; sha256: string; settings: SettingValues; defaults: FlowDefaults };
}

/** Activities of the line matcher. */
export interface LineActivities {
  /** Walks a line once; answers how many entries moved. `by`: nobody but the clock has asked for it. */
  matchLine(call: { kind: 'group' | 'agent'; id: string; by?: 'clock' }): Promise<{ moved: number }>;
}

/** Long, heartbeating activities of the `mail` task queue; they end only when their subject is gone or on cancel. */
export interface MailActivities {
  /** Sends what is due on a channel until the channel is deleted. */
  deliver(call: { channelId: string }): Promise<{ gone: boolean }>;
  /** Tells an event webhook what waits for it, until it is deleted. */
  tellEvents(call: { webhook: string }): Promise<{ gone: boolean }>;
  /** Watches a mail login until it is deleted or disabled. */
  watchMailbox(call: { loginId: string }): Promise<{ gone: boolean }>;
}

/** The clock: the only background loop. */
export interface ClockActivities {
  /** Looks at the small collections every few seconds; heartbeats; never returns by itself before a day has passed. */
  keepTime(): Promise<void>;
}
