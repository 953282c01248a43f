/**
 * Names and shapes of everything that is said to a workflow: starts, signals, Updates, queries. The API, intake and
 * the activities import this file and nothing else of this folder. Personal data never travels here: drafts, notes
 * and mails are named by id, texts by digest.
 */
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { FlowDefaults } from '../flows/defaults';
import type { Flow, SettingValues } from '../flows/flow';
import type { AgentGone, CarriedRun, FailedDelivery } from '../activities/effects';
import type { Absorbed, ActOutcome, EnquiryState, Left, MessageFacts, Target } from '../flows/state';

/** Workflow id of an enquiry's run; one id for all runs of an enquiry. */
export const enquiryWorkflowId = (enquiryId: string): string => `enquiry/${enquiryId}`;
/** Workflow id of the matcher of a group's line (`kind` group) or of one agent's (`kind` agent). */
export const lineWorkflowId = (kind: 'group' | 'agent', id: string): string => `line/${kind}/${id}`;
/** Workflow id of the sender of a channel. */
export const deliveryWorkflowId = (channelId: string): string => `delivery/${channelId}`;
/** Workflow id of the watcher of a mail login. */
export const mailboxWorkflowId = (loginId: string): string => `mailbox/${loginId}`;
/** Workflow id of whoever tells an event webhook of what happens. */
export const eventWebhookWorkflowId = (id: string): string => `event-webhook/${id}`;
/** Workflow id of the product's only background loop. */
export const CLOCK_WORKFLOW_ID = 'clock';

/** Workflow types, as registered by `workflows/index.ts`. */
export const workflowTypes = {
  enquiry: 'enquiry',
  line: 'line',
  delivery: 'delivery',
  mailbox: 'mailbox',
  eventWebhook: 'eventWebhook',
  clock: 'clock',
} as const;

/** What an enquiry's run is started with; the same for the first start, a reopening and a reconcile. */
export interface EnquiryInput {
  enquiryId: string;
  number: number;
  channelId: string;
  /** Id of the contact: a keyed digest of the address, so that it may stand here. */
  contact: string | null;
  /** Domain of the sender, for the static summary; never the address. */
  fromDomain: string;
  flow: Flow;
  revision: { flow: string; number: number; sha256: string };
  settings: SettingValues;
  /** What holds where the flow says nothing, as it was when the enquiry started. */
  defaults: FlowDefaults;
  /** Facts of the mail that started it; of none where an agent writes first. */
  message: MessageFacts;
  /** The agent who writes first. */
  writtenBy?: string;
  /** The enquiry it was split off. */
  splitFrom?: string;
  /** Set by continue-as-new only: the state the former run ended with. */
  carried?: CarriedRun;
}

export type { AgentGone, CarriedRun, FailedDelivery };
export type {
  ActOnClosed,
  BulkAsked,
  BulkCode,
  BulkRefusal,
  BulkUpdate,
  ClosedActInput,
  EnquiryResult,
} from '../activities/effects';

/** Fields every act of a person carries. `act` is the request's Idempotency-Key and the Update's id. */
export interface ActInput {
  act: string;
  agent: string;
}

/** A mail joined the enquiry. */
export const mailSignal = defineSignal<[MessageFacts]>('mail');
/** The line reserved an agent for this enquiry. */
export const matchedSignal =
  defineSignal<[{ agent: string; offer: string; until: number; decision: string }]>('matched');
/** An agent with a pending offer of this enquiry, or who has it, is gone. */
export const agentGoneSignal = defineSignal<[AgentGone]>('agentGone');
/** A mail of this enquiry did not arrive. */
export const deliveryFailedSignal = defineSignal<[FailedDelivery]>('deliveryFailed');
/** An answer that was planned for later has left. */
export const answerLeftSignal = defineSignal<[{ outboxId: string }]>('answerLeft');
/** A younger enquiry was merged into this one; messages of this one went elsewhere. */
export const absorbedSignal = defineSignal<[Absorbed]>('absorbed');
export const mailLeftSignal = defineSignal<[Left]>('mailLeft');
/** Something freed capacity or added a candidate, or the clock found somebody who waits for long: look at the line again. */
export const wakeSignal = defineSignal<[by?: 'clock']>('wake');

/** Takes an offer; of several at once exactly one wins. */
export const acceptUpdate = defineUpdate<ActOutcome, [ActInput & { offer: string }]>('accept');
/** Refuses an offer; `reason` is the id of the note that says why. */
export const declineUpdate = defineUpdate<ActOutcome, [ActInput & { offer: string; reason?: string }]>('decline');
/** Takes an enquiry from the list (waiting, missed, a group without ringing); `over`: from whoever has it; `to`: for another. */
export const takeUpdate = defineUpdate<ActOutcome, [ActInput & { over?: boolean; to?: string }]>('take');
/** Lays it aside until a time (ms since the epoch), or takes it in hand again. */
export const snoozeUpdate = defineUpdate<ActOutcome, [ActInput & { until: number }]>('snooze');
export const unsnoozeUpdate = defineUpdate<ActOutcome, [ActInput]>('unsnooze');
/** Gives it up: back to its group. */
export const releaseUpdate = defineUpdate<ActOutcome, [ActInput & { note?: string }]>('release');
/** Takes a transfer back that nobody has accepted. */
export const undoTransferUpdate = defineUpdate<ActOutcome, [ActInput]>('undoTransfer');
/** Takes a close back, opens a closed enquiry again, says of one that it is spam or is none. */
export const undoCloseUpdate = defineUpdate<ActOutcome, [ActInput & { withinMs: number }]>('undoClose');
export const reopenUpdate = defineUpdate<ActOutcome, [ActInput]>('reopen');
export const spamUpdate = defineUpdate<ActOutcome, [ActInput]>('spam');
export const notSpamUpdate = defineUpdate<ActOutcome, [ActInput]>('notSpam');
/** Merges it into an elder enquiry, takes that back, brings one of its messages elsewhere. */
export const mergeUpdate = defineUpdate<ActOutcome, [ActInput & { into: string; number: number }]>('merge');
export const unmergeUpdate = defineUpdate<ActOutcome, [ActInput & { withinMs: number }]>('unmerge');
export const partUpdate = defineUpdate<ActOutcome, [ActInput & { message: string; to: string; fresh?: boolean }]>(
  'part',
);
/** Sends a draft as the answer; the draft's text stays in the store. */
export const replyUpdate = defineUpdate<ActOutcome, [ActInput & { draft: string; digest: string; side?: true }]>(
  'reply',
);
/** Takes an answer back that has not left. */
export const unsendUpdate = defineUpdate<ActOutcome, [ActInput & { mail: string }]>('unsend');
/** Keeps a note for colleagues. */
export const noteUpdate = defineUpdate<ActOutcome, [ActInput & { note: string }]>('note');
/** Hands the enquiry to a group or an agent. */
export const transferUpdate = defineUpdate<ActOutcome, [ActInput & { to: Target; note?: string }]>('transfer');
/** Adds and removes tags by hand. */
export const tagUpdate = defineUpdate<ActOutcome, [ActInput & { add: string[]; remove: string[] }]>('tag');
/** Closes the enquiry; `notify` false closes without the notice. */
export const closeUpdate = defineUpdate<ActOutcome, [ActInput & { disposition?: string; notify: boolean }]>('close');
/** Says that somebody looked after a mail that did not arrive; `mail`: after this one only. */
export const attendUpdate = defineUpdate<ActOutcome, [ActInput & { mail?: string }]>('attend');
/** Lets a resting enquiry go on with another revision of its flow. */
export interface MigrateInput extends ActInput {
  flow: Flow;
  revision: EnquiryInput['revision'];
  settings: SettingValues;
  /** Nodes of the new revision by those of the old one, where their names differ. */
  map: Record<string, string>;
}
/** Done, or every reason why not. */
export type MigrateOutcome = { migrated: true } | { refusals: string[] };
/** The state is taken over, the run continues as new with the new revision. */
export const migrateUpdate = defineUpdate<MigrateOutcome, [MigrateInput]>('migrate');

/** Sends a parked enquiry on at a node (supervisors). */
export const resumeUpdate = defineUpdate<ActOutcome, [ActInput & { node: string; mailAgain?: boolean }]>('resume');

/** State of a living run, for the API and the operator. */
export const stateQuery = defineQuery<EnquiryState | null>('state');
