/** What the API needs from outside; the composition root fills it in. */
import type { FlowDefaults, RecordedMail } from '../flows';
import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { ConnectionReport } from '../mail/connection-test/connection-report';
import type { ForwardedMail } from '../mail/quoting/forward-block';
import type { MailTemplate, RenderedTemplate, TemplateValue } from '../mail/template';
import type { ActOutcome } from '../flows/state';
import type { Json, WebhookFailure } from '../flows';
import type { Store } from '../store';
import type { Searching } from '../store/search';
import type { Connection, ConnectionMethod } from '../store/connections';
import type { OutgoingServer } from '../store/channels';
import type { Signing } from '../store/groups';
import type { MailLogin } from '../store/mail-logins';
import type { ActOnClosed, AgentGone, ClosedActInput } from '../workflows/messages';

/** Settings the API obeys; each a setting of `config.ts`. */
export interface ApiSettings {
  /** Life of a session (ms; 12 h). */
  sessionMs: number;
  /** Life of an invitation link (ms; 72 h) and of a password link (ms; 30 min). */
  invitationMs: number;
  passwordLinkMs: number;
  /** Presence lease a heartbeat renews (ms; 45 s). */
  presenceLeaseMs: number;
  /** Capacity of a new agent (5). */
  capacity: number;
  /** Misses in a row after which the system sets `notResponding` (3). */
  missesAllowed: number;
  /** Undo time of replies (ms; 10 s) and greatest size of a mail with its attachments (bytes; 25 MB). */
  undoMs: number;
  /** What an agent may close with; anything when empty. */
  dispositions: readonly string[];
  maxBytesOut: number;
  /** Failed sign-ins per address and per client in `signInWindowMs` (10 in 15 min). */
  signInTries: number;
  signInWindowMs: number;
  /** How long a request waits for the outcome of an act (ms; 5 s). */
  actWaitMs: number;
  /** What holds where a flow says nothing; pinned when an enquiry starts. */
  flowDefaults: FlowDefaults;
  /** Set when people reach us by https: the cookie is then sent by https only. */
  secureCookie: boolean;
  /** Number of proxies in front of us whose X-Forwarded-For is believed (0). */
  trustedProxies: number;
  /** Poll for hints of other processes at this interval (ms); null when everything runs in this process. */
  pollHintsMs: number | null;
  /** Comment lines that keep the event stream open (ms; 15 s). */
  streamHeartbeatMs: number;
}

/** Words the API says to workflows; every call may be repeated. The same shape as the worker's ports. */
export interface ApiWorkflows {
  startEnquiry(enquiryId: string): Promise<void>;
  agentGone(enquiryId: string, gone: AgentGone): Promise<void>;
  actWithStart(enquiryId: string, what: ActOnClosed, act: ClosedActInput): Promise<ActOutcome>;
  wakeLine(kind: 'group' | 'agent', id: string): Promise<void>;
  startDelivery(channelId: string): Promise<void>;
  startMailbox(loginId: string): Promise<void>;
  startEventWebhook(id: string): Promise<void>;
}

/** A mail of a mailbox as a backtest plays it, or why it cannot be read. */
export type ReceivedMail =
  { mail: RecordedMail; messageId: string; answers: string[]; contentHash: string } | { name: string; error: string };

/** What the API borrows from mail/, of which it may import types only. */
export interface ApiMail {
  /** Makes an agent's HTML safe before it is stored (mail/sanitize.ts). */
  sanitizeAgentHtml(html: string): { html: string };
  /** The words of HTML, for readers that show no HTML (mail/html/html-text.ts). */
  textOfHtml(html: string): string;
  /** A mail as it is passed on (mail/quoting/forward-block.ts). */
  forwardBlock(mail: ForwardedMail, timezone: string): { html: string; text: string };
  /** Signs an answer (mail/letterhead.ts). */
  letterhead(signing: Signing): { html: string };
  /** Fills a template's `{{ }}` (mail/template.ts). */
  renderTemplate(template: MailTemplate, values: Readonly<Record<string, TemplateValue>>): RenderedTemplate;
  /** Media type by content, and a file name that is safe to save under (mail/mime). */
  fileType(content: Buffer, declared: string, name: string): string;
  safeFileName(name: string): string;
  /** Queues a test mail from a template; gives the outbox id. */
  queueTest(test: { channel: string; template: string; to: string; by: string }): Promise<string>;
  /** Looks for an uncertain mail in the channel's Sent folder; found makes it `sent`. */
  lookInSent(outboxId: string): Promise<'found' | 'not-found' | 'cannot-look'>;
  /**
   * Reads what came to a channel's mailbox since then, oldest first, without touching a flag; with `only` the one mail of
   * that name. Null: it has none.
   */
  recentMail(
    channel: string,
    wanted: { since: Date; limit: number; only?: string },
  ): AsyncIterable<ReceivedMail> | null;
  /** Why Ringpost would not connect to a host and port somebody named, as a sentence; null when it would. */
  hostProblem(host: string, port: number): Promise<string | null>;
  /** Tries the servers of a channel; never throws (worker/test-connection.ts). */
  testConnection(test: ConnectionTestAsked): Promise<{
    incoming: ConnectionReport | null;
    outgoing: ConnectionReport | null;
  }>;
}

/** Servers to try, secrets sealed; null is not tried, and without a mail none is sent. */
export interface ConnectionTestAsked {
  login: MailLogin | null;
  server: OutgoingServer | null;
  mail: { from: string; to: string } | null;
}

/** What the API borrows to set up and try connections to other systems (worker/call-connection.ts). */
export interface ApiConnections {
  /** Why Ringpost would not connect to a host and port; `inside`: the admin allows hosts inside this network. */
  hostProblem(host: string, port: number, inside: boolean): Promise<string | null>;
  /** Asks once, as a flow would. */
  ask(
    connection: Connection,
    question: { method: ConnectionMethod; path: string; query: Record<string, string> },
  ): Promise<{ status: number; answer: Json } | { failed: WebhookFailure }>;
}

/** One dependency, as `/readyz` shows it. `detail` is for anybody: no address, no secret. */
export interface HealthLine {
  name: string;
  ok: boolean;
  /** Without it nothing works; the others are a red line only. */
  needed: boolean;
  detail: string;
}

/** Everything the API is made from. */
export interface ApiPorts {
  store: Store;
  temporal: Client;
  /** Where an operator finds a run: namespace and Web UI; and the search attributes that must be registered. */
  temporalNames: { namespace: string; uiUrl: string | null; searchAttributes: readonly string[] };
  workflows: ApiWorkflows;
  /** Settles a ledger entry anew (release, re-drive). */
  redrive(ledgerId: string, by: string): Promise<void>;
  mail: ApiMail;
  connections: ApiConnections;
  search: Pick<Searching, 'find'>;
  settings: ApiSettings;
  log: Logger;
  version: string;
  metrics: Registry;
  /** Further lines of `/readyz` (smtp listener, worker); store, Temporal, mailboxes and deliveries the API asks itself. */
  health(): Promise<HealthLine[]>;
  now(): Date;
}
