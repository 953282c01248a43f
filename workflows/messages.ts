/**
 * Names and shapes of everything that is said to a workflow: starts, signals, Updates, queries. The API, intake and
 * the activities import this file and nothing else of this folder. Personal data never travels here: drafts, notes
 * and mails are named by id, texts by digest.
 */
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { FlowDefaults } from '../flows/defaults';
import type { Flow, SettingValues } from '../flows/flow';
import type { CarriedRun, EnquiryResult, FailedDelivery } from '../activities/effects';
import type { ActOutcome, EnquiryState, MessageFacts, Target } from '../flows/state';

/** Workflow id of an enquiry's run; one id for all runs of an enquiry. */
export const enquiryWorkflowId = (enquiryId: string): string => `enquiry/${enquiryId}`;
/** Workflow id of the matcher of a group's line (`kind` group) or of one agent's (`kind` agent). */
export const lineWorkflowId = (kind: 'group' | 'agent', id: string): string => `line/${kind}/${id}`;
/** Workflow id of the sender of a channel. */
export const deliveryWorkflowId = (channelId: string): string => `delivery/${channelId}`;
/** Workflow id of the watcher of a mail login. */
export const mailboxWorkflowId = (loginId: string): string => `mailbox/${loginId}`;
/** Workflow id of the product's only background loop. */
export const CLOCK_WORKFLOW_ID = 'clock';

/** Workflow types, as registered by `workflows/index.ts`. */
export const workflowTypes = {
  enquiry: 'enquiry',
  line: 'line',
  delivery: 'delivery',
  mailbox: 'mailbox',
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
  /** Facts of the mail that started it (absent for an outbound enquiry). */
  message: MessageFacts;
  /** Set by continue-as-new only: the state the former run ended with. */
  carried?: CarriedRun;
}

export type { CarriedRun, EnquiryResult, FailedDelivery };

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
/** An agent with a pending offer of this enquiry went away. */
export const agentGoneSignal = defineSignal<[{ agent: string; cause: string }]>('agentGone');
/** A mail of this enquiry did not arrive. */
export const deliveryFailedSignal = defineSignal<[FailedDelivery]>('deliveryFailed');
/** Something freed capacity or added a candidate: look at the line again. */
export const wakeSignal = defineSignal('wake');

/** Takes an offer; of several at once exactly one wins. */
export const acceptUpdate = defineUpdate<ActOutcome, [ActInput & { offer: string }]>('accept');
/** Refuses an offer. */
export const declineUpdate = defineUpdate<ActOutcome, [ActInput & { offer: string; reason?: string }]>('decline');
/** Takes an enquiry from the list (waiting, missed, or a group without ringing). */
export const takeUpdate = defineUpdate<ActOutcome, [ActInput]>('take');
/** Sends a draft as the answer; the draft's text stays in the store. */
export const replyUpdate = defineUpdate<ActOutcome, [ActInput & { draft: string; digest: string }]>('reply');
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
