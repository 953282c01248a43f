/**
 * Shapes of the calls a workflow makes. Types only: workflows import them, so nothing here may be a value.
 */
import type { FlowDefaults } from '../flows/defaults';
import type { SettingValues } from '../flows/flow';
import type {
  ActOutcome,
  Answer,
  DeliveryFailure,
  Effect,
  UnlinkedCall,
  EnquiryState,
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

/** Result of an enquiry's run, readable in the Temporal UI. */
export interface EnquiryResult {
  ending: string;
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
  /** Walks a line once; answers how many entries moved. */
  matchLine(call: { kind: 'group' | 'agent'; id: string }): Promise<{ moved: number }>;
}

/** Long, heartbeating activities of the `mail` task queue; they end only when their subject is gone or on cancel. */
export interface MailActivities {
  /** Sends what is due on a channel until the channel is deleted. */
  deliver(call: { channelId: string }): Promise<{ gone: boolean }>;
  /** Watches a mail login until it is deleted or disabled. */
  watchMailbox(call: { loginId: string }): Promise<{ gone: boolean }>;
}

/** The clock: the only background loop. */
export interface ClockActivities {
  /** Looks at the small collections every few seconds; heartbeats; never returns by itself before a day has passed. */
  keepTime(): Promise<void>;
}
