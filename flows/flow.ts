/**
 * The shape of a flow as an admin writes it (JSON). Types only: what is refused, and how it is said, is in `lint/`.
 * A flow that reached a running enquiry has been checked, so `step` may rely on these types.
 */

/** A JSON value as it may stand in a flow. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** An expression of the condition language: a constant, or one operator with its operands. */
export type Expression = Json;

/** `"60s"`, `"15m"`, `"8h"`, `"3d"` or ISO 8601 `"PT60S"`; or a setting that holds one. */
export type DurationText = string | SettingReference;

/** Stands wherever a value may; the channel that uses the flow fills it in. */
export interface SettingReference {
  setting: string;
}

/** Where a `route` or `transfer` may lead: a group or a named agent. */
export type Destination = { group: string | SettingReference } | { agent: string | SettingReference };

/** Leads on from a node: one name where the kind has a single outcome, else outcome -> node name. */
export type Next = string | Record<string, string>;

interface NodeBase {
  next?: Next;
  /** Free text for people; never read by the engine. */
  comment?: string;
}

export interface BlocklistNode extends NodeBase {
  type: 'blocklist';
  lists: (string | SettingReference)[];
}
export interface SwitchNode {
  type: 'switch';
  comment?: string;
  cases: { when: Expression; next: string }[];
  default: string;
}
export interface TagNode extends NodeBase {
  type: 'tag';
  add?: string[];
  remove?: string[];
  rules?: { when: Expression; add: string[] }[];
}
export interface SetNode extends NodeBase {
  type: 'set';
  values: Record<string, Expression>;
}
export interface AutoReplyNode extends NodeBase {
  type: 'auto-reply';
  template: string | SettingReference;
}
export interface RouteNode extends NodeBase {
  type: 'route';
  rule: 'sequence' | 'percentage' | 'schedule';
  sticky?: DurationText;
  destinations: (Destination & { percent?: number; hours?: string; calendar?: string })[];
}
/** How a group picks an agent; the last three ask nobody but the agent whom something ties to the contact. */
export type StrategyName =
  | 'leastLoaded'
  | 'roundRobin'
  | 'fewestToday'
  | 'longestIdle'
  | 'fixedOrder'
  | 'ringAll'
  | 'none'
  | 'contactOwner'
  | 'accountOwner'
  | 'lastAgent';
/** Whether agents who are not available get enquiries too, without ringing: never, only when nobody is, or in their turn. */
export type OfflineAgents = 'skip' | 'last' | 'alike';
/** A skill an agent must have, at least at this level (1 to 5). */
export interface AskedSkill {
  skill: string;
  level: number;
}
/** One strategy, or several of which each is asked where the one before finds nobody. */
export type Strategies = StrategyName | StrategyName[];
export interface RingNode extends NodeBase {
  type: 'ring';
  to: 'routed-group' | 'engaged-agent';
  strategy?: Strategies;
  offlineAgents?: OfflineAgents;
  skills?: AskedSkill[];
  widen?: { after: DurationText; level: number }[];
  timeout?: DurationText;
  queueTimeout?: DurationText;
}
export interface EngageNode extends NodeBase {
  type: 'engage';
  expires: DurationText;
  whenUnavailable: 'forward-to-group' | 'wait';
}
/** What a `wait` may name. */
export type WaitEvent =
  | 'agent-closed'
  | 'transfer-requested'
  | 'customer-replied'
  | 'agent-replied'
  | 'delivery-failed'
  | 'sla-warned'
  | 'sla-breached'
  | 'tag-added'
  | 'snooze-ended'
  | 'agent-unavailable'
  | 'supervisor-resumed';
export interface WaitNode extends NodeBase {
  type: 'wait';
  for?: WaitEvent[];
  timeout: DurationText;
  restartOn?: WaitEvent[];
}
export interface TransferNode extends NodeBase {
  type: 'transfer';
  to: 'requested-destination' | Destination;
  note?: string;
  timeout?: DurationText;
  queueTimeout?: DurationText;
}
export interface CloseNode {
  type: 'close';
  comment?: string;
  reason: string;
  notify: false | string | SettingReference;
}

export interface WebhookNode extends NodeBase {
  type: 'webhook';
  connection: string | SettingReference;
  request: WebhookRequest;
  timeout?: DurationText;
  retry?: { maxAttempts: number; interval?: DurationText; backoffRate?: number };
  /** Variable -> JSON pointer into the answer. */
  save?: Record<string, string>;
}
/** What a `webhook` asks of its connection; texts may hold `{{ }}`. */
export interface WebhookRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  query?: Record<string, string>;
  body?: Json;
}
export interface ForwardNode extends NodeBase {
  type: 'forward';
  to: (string | SettingReference)[];
}
export interface NotifyNode extends NodeBase {
  type: 'notify';
  to: 'assignee' | 'supervisors' | Destination;
  text: string;
}
export interface NoteNode extends NodeBase {
  type: 'note';
  text: string;
}
export interface PriorityNode extends NodeBase {
  type: 'priority';
  to: number;
}
export interface SubflowNode extends NodeBase {
  type: 'subflow';
  flow: string;
}

/** Every node kind of the language. Which of them this release can run is in `kinds/index.ts`. */
export type FlowNode =
  | BlocklistNode
  | SwitchNode
  | TagNode
  | SetNode
  | AutoReplyNode
  | RouteNode
  | RingNode
  | EngageNode
  | WaitNode
  | TransferNode
  | CloseNode
  | WebhookNode
  | ForwardNode
  | NotifyNode
  | NoteNode
  | PriorityNode
  | SubflowNode;

/** The name of a node kind. */
export type NodeKind = FlowNode['type'];

/** What becomes of a mail that joins a closed enquiry. */
export type ClosedReply = 'refuse' | 'newEnquiry' | { reopenWithin: DurationText; at: string };

/** What happens when the contact is silent while it is his turn; what is left out is as the settings say. */
export interface IdleClose {
  after?: DurationText;
  warnBefore?: DurationText;
  /** Templates of the warning and of the notice; `false`: none. */
  warning?: string | false | SettingReference;
  notify?: string | false | SettingReference;
}

/** Declares a variable that nodes may set and conditions may read as `vars.NAME`. */
export interface VariableDeclaration {
  type: 'string' | 'number' | 'integer' | 'boolean';
  enum?: (string | number)[];
  default: string | number | boolean;
  personal?: boolean;
}

/** Declares a value that the channel fills in on a form. */
export interface SettingDeclaration {
  type: 'group' | 'template' | 'list' | 'duration' | 'number' | 'text' | 'boolean';
  title: string;
  /** What a channel may choose from; anything of the type when absent. */
  enum?: (string | number)[];
  default?: string | number | boolean;
}

/** Where in a linked flow another flow stands that a `subflow` calls; its nodes are named `NODE/…` after that node. */
export interface FlowPart {
  /** Id of the other flow, and the revision that is pinned (0: a draft that stands beside). */
  flow: string;
  revision: number;
  start: string;
  onError?: string;
  timezone?: string;
}

/** How soon somebody answers and how soon it is done, in opening time; `warnBefore`: so long before it is over. */
export interface Sla {
  firstResponse?: DurationText;
  resolution?: DurationText;
  warnBefore?: DurationText;
}

/** A whole flow. */
export interface Flow {
  $schema: string;
  id: string;
  title: string;
  timezone?: string;
  calendar?: string;
  variables?: Record<string, VariableDeclaration>;
  settings?: Record<string, SettingDeclaration>;
  closedReply?: ClosedReply;
  /** `false`: silence closes nothing. */
  idleClose?: false | IdleClose;
  sla?: Sla;
  start: string;
  onError?: string;
  onTaken?: string;
  onClosed?: string;
  nodes: Record<string, FlowNode>;
  /** By the name of the calling node. Only `linkFlow` writes it: nobody's file holds it. */
  parts?: Record<string, FlowPart>;
}

/** Values of a flow's settings, as pinned with the revision when an enquiry starts. */
export type SettingValues = Record<string, string | number | boolean>;
