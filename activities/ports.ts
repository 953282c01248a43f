/**
 * What activities need from outside, as function-typed properties. The composition root (worker/) fills it in; an
 * activity never opens a connection and never reads a setting by itself.
 */
import type { FilledRequest, Json, WebhookFailure } from '../flows';
import type { Absorbed, ActOutcome, Left, MessageFacts } from '../flows/state';
import type { Store } from '../store';
import type { Channel } from '../store/channels';
import type { Connection } from '../store/connections';
import type { Enquiry } from '../store/enquiries';
import type { ActOnClosed, AgentGone, BulkUpdate, ClosedActInput, FailedDelivery } from './effects';

/** What intake has in hand when it opens an enquiry, so that the start need not read it again. */
export interface OpenedEnquiry {
  enquiry: Pick<Enquiry, '_id' | 'number' | 'channel' | 'contact' | 'flow' | 'writtenBy' | 'splitFrom'>;
  first: MessageFacts;
}

/** Words to workflows. Every call is idempotent and may be repeated. */
export interface WorkflowPorts {
  /** Starts the enquiry's run if none is running; goes on where the store says it stands. */
  startEnquiry(enquiryId: string, opened?: OpenedEnquiry): Promise<void>;
  /** Tells a run, starting it if need be, that a mail joined. */
  mailJoined(enquiryId: string, message: MessageFacts): Promise<void>;
  /** The line reserved an agent for the enquiry. */
  matched(enquiryId: string, match: { agent: string; offer: string; until: number; decision: string }): Promise<void>;
  /** The agent with a pending offer, or who has it, is gone. */
  agentGone(enquiryId: string, gone: AgentGone): Promise<void>;
  /** A mail of the enquiry did not arrive; a closed enquiry hears of it too. */
  deliveryFailed(enquiryId: string, failed: FailedDelivery): Promise<void>;
  /** An answer of the enquiry that was planned for later has left. */
  answerLeft(enquiryId: string, outboxId: string): Promise<void>;
  /** A younger enquiry was merged into it; a closed enquiry hears of it too. */
  absorbed(enquiryId: string, what: Absorbed): Promise<void>;
  /** Messages went elsewhere; a closed enquiry hears of it too. */
  mailLeft(enquiryId: string, what: Left): Promise<void>;
  /** A person's act on an enquiry that has closed, by a run that is started for it; works on open ones too. */
  actWithStart(enquiryId: string, what: ActOnClosed, act: ClosedActInput): Promise<ActOutcome>;
  /** The same of an act that is done to many: the Update of that name, with the fields it takes. */
  actOnMany(
    enquiryId: string,
    what: BulkUpdate,
    act: { act: string; agent: string } & Record<string, unknown>,
  ): Promise<ActOutcome>;
  /** Looks at a line again; `by`: because somebody waits in it for long, and nothing else is known. */
  wakeLine(kind: 'group' | 'agent', id: string, by?: 'clock'): Promise<void>;
  /** Sees to it that the channel has a sender. */
  startDelivery(channelId: string): Promise<void>;
  /** Sees to it that the mail login has a watcher. */
  startMailbox(loginId: string): Promise<void>;
  /** Sees to it that somebody tells the event webhook of what happens. */
  startEventWebhook(id: string): Promise<void>;
  /** True while a run of the enquiry is open. */
  isRunning(enquiryId: string): Promise<boolean>;
}

/** Settings activities obey; each a setting of `config.ts`. */
export interface WorkSettings {
  missesBeforeNotResponding: number;
  presenceLeaseMs: number;
  /** Without input for this long an agent is away, and offline for this long what awaits him goes back; 0: never. */
  autoAwayMs: number;
  handBackAfterMs: number;
  autoRepliesPerSender: number;
  autoReplyWindowMs: number;
  automaticMailsPerChannel: number;
  automaticMailWindowMs: number;
  undoMs: number;
  /** How long an address that mail came back from gets no automatic mail. */
  undeliverableMs: number;
  maxBytesOut: number;
  /** First pause after a temporary refusal (ms); it doubles up to `sendRetryMaxMs`, until `sendGiveUpMs` have passed. */
  sendRetryFirstMs: number;
  sendRetryMaxMs: number;
  sendGiveUpMs: number;
  /** Age (ms) from which an unsettled entry is settled again, a line is looked at again, an open enquiry asked for. */
  settleAgainAfterMs: number;
  stuckLineMs: number;
  reconcileAfterMs: number;
  clockMs: number;
}

/** What a watcher or sender that runs for hours is given. */
export interface LongRun {
  heartbeat(): void;
  signal: AbortSignal;
}

/** Lines for the operator; `msg` is a sentence, nothing personal in it. */
export type WorkLog = (line: { level: 'info' | 'warn' | 'error'; msg: string } & Record<string, unknown>) => void;

/** What another system is asked, and how. */
export interface ConnectionRequest extends FilledRequest {
  /** Longest it may take; a connection may say less. */
  timeoutMs: number;
  /** Its answer is read, and must be JSON; else only its status counts. */
  wantsAnswer: boolean;
  /** Idempotency-Key of what is no plain question: the same for every attempt. */
  key: string;
  /** Beside those we always send. */
  headers?: Readonly<Record<string, string>>;
  /** Ends it early. */
  signal?: AbortSignal;
}

/** What another system answered; `again`: asking once more may help, not before `pauseMs` where it says so. */
export type ConnectionAnswer =
  { status: number; answer: Json } | { failed: WebhookFailure & { again?: boolean; pauseMs?: number } };

/** Everything activities are made from. */
export interface Ports {
  store: Store;
  workflows: WorkflowPorts;
  settings: WorkSettings;
  /** Key of the MACs in Message-IDs and reply tokens. */
  mailSecret: string;
  /** Folder that channels with a sink write their outgoing mail to. */
  sinkFolder: string;
  /** Aborted when this process is asked to stop: long activities end and run again elsewhere. */
  stopping: AbortSignal;
  /** Settles entries older than this many ms that have no verdict; how many. */
  settleOld(olderThanMs: number): Promise<number>;
  /** Lets go what a channel held because it was off or without a flow, as long as `goesOn` says so. */
  redriveHeld(
    channelId: string,
    by: string,
    goesOn: (released: number, left: number) => Promise<boolean>,
  ): Promise<{ released: number; left: number }>;
  /** Watches a mail login until it is gone (true) or the signal aborts. */
  watchLogin(loginId: string, run: LongRun): Promise<{ gone: boolean }>;
  /** Puts a copy of a sent mail into the channel's Sent folder; false where it has none. */
  copyToSent(channel: Channel, raw: Buffer): Promise<boolean>;
  /** Looks for an uncertain mail in the channel's Sent folder; found makes it `sent`. */
  lookInSent(outboxId: string): Promise<'found' | 'not-found' | 'cannot-look'>;
  /** Resolves the host of a mail server to an address we may connect to; rejects what is forbidden. */
  resolveHost(host: string, port: number): Promise<string>;
  /** Asks another system over a connection; never rejects for what that system does. */
  askConnection(connection: Connection, request: ConnectionRequest): Promise<ConnectionAnswer>;
  now(): Date;
  log: WorkLog;
}
