/**
 * Who may call which route: the one place that says so. A route that is not in this table cannot be mounted.
 * What a caller may then see of it (enquiries of his groups …) is said in `visibility.ts`.
 */

/** Roles of users, most powerful first. */
export const roles = ['admin', 'supervisor', 'agent'] as const;
/** Role of a user. */
export type Role = (typeof roles)[number];

/** What an API token may be allowed; a token never allows more than the role of its user does. */
export const scopes = ['read', 'desk', 'people', 'settings', 'operate', 'metrics'] as const;
/** A permission of an API token. */
export type Scope = (typeof scopes)[number];

/** `anyone` needs no sign-in; a scope of null means that only a signed-in person may call, never a token. */
export type Access = 'anyone' | { roles: readonly Role[]; scope: Scope | null };

const everybody = (scope: Scope | null): Access => ({ roles, scope });
const leads = (scope: Scope | null): Access => ({ roles: ['admin', 'supervisor'], scope });
const admins = (scope: Scope | null): Access => ({ roles: ['admin'], scope });

/** Route -> who may call it. */
export const access = {
  live: 'anyone',
  ready: 'anyone',
  openapi: 'anyone',
  metrics: admins('metrics'),

  signIn: 'anyone',
  readSession: everybody(null),
  signOut: everybody(null),
  setPassword: 'anyone',
  changePassword: everybody(null),

  listUsers: leads('people'),
  readUser: leads('people'),
  createUser: admins('people'),
  editUser: admins('people'),
  makePasswordLink: admins(null),
  listTokens: everybody(null),
  createToken: everybody(null),
  deleteToken: everybody(null),

  listAgents: everybody('read'),
  readAgent: everybody('read'),
  editAgent: leads('people'),
  readPresence: everybody('read'),
  setPresence: everybody('desk'),
  heartbeat: everybody('desk'),

  listGroups: everybody('read'),
  readGroup: everybody('read'),
  createGroup: admins('settings'),
  editGroup: admins('settings'),
  deleteGroup: admins('settings'),

  listChannels: everybody('read'),
  readChannel: admins('settings'),
  createChannel: admins('settings'),
  editChannel: admins('settings'),
  deleteChannel: admins('settings'),
  trySending: admins('settings'),
  testConnection: admins('settings'),

  listConnections: admins('settings'),
  readConnection: admins('settings'),
  createConnection: admins('settings'),
  editConnection: admins('settings'),
  deleteConnection: admins('settings'),
  tryConnection: admins('settings'),

  listFlows: leads('read'),
  readFlow: leads('read'),
  saveFlowDraft: admins('settings'),
  checkFlow: leads('read'),
  testFlow: leads('read'),
  publishFlow: admins('settings'),
  listRevisions: leads('read'),
  readRevision: leads('read'),
  readLive: leads('read'),
  moveLive: admins('settings'),
  setCanary: admins('settings'),
  promoteCanary: admins('settings'),
  abortCanary: admins('settings'),
  setShadow: admins('settings'),
  readShadow: leads('read'),
  endShadow: admins('settings'),
  countRunning: leads('read'),
  listRunning: leads('read'),
  migrateEnquiry: admins('settings'),
  migrateRevision: admins('settings'),
  saveRunAsTest: admins('settings'),
  startBacktest: admins('settings'),
  traceBacktest: leads('read'),
  listJobs: leads('read'),
  readJob: leads('read'),
  cancelJob: admins('settings'),
  stopRevisionMail: admins('settings'),
  allowRevisionMail: admins('settings'),

  listTemplates: everybody('read'),
  readTemplate: everybody('read'),
  saveTemplate: admins('settings'),
  deleteTemplate: admins('settings'),
  previewTemplate: everybody('read'),
  testTemplate: admins('settings'),

  listBlocklists: leads('read'),
  listBlocked: leads('read'),
  block: leads('operate'),
  editBlocked: leads('operate'),
  unblock: leads('operate'),

  listNotices: everybody('desk'),
  readNotices: everybody('desk'),

  listOffers: everybody('desk'),
  acceptOffer: everybody('desk'),
  declineOffer: everybody('desk'),

  listEnquiries: everybody('read'),
  readEnquiry: everybody('read'),
  listMessages: everybody('read'),
  readMessage: everybody('read'),
  readTimeline: everybody('read'),
  listDecisions: everybody('read'),
  readAct: everybody('desk'),
  takeEnquiry: everybody('desk'),
  reply: everybody('desk'),
  note: everybody('desk'),
  transfer: everybody('desk'),
  tag: everybody('desk'),
  close: everybody('desk'),
  attend: everybody('desk'),
  resume: leads('operate'),

  readDraft: everybody('desk'),
  saveDraft: everybody('desk'),
  deleteDraft: everybody('desk'),
  addAttachment: everybody('desk'),
  removeAttachment: everybody('desk'),

  readAttachment: everybody('read'),
  readRawMessage: leads('read'),

  listLedger: everybody('read'),
  countLedger: leads('read'),
  readLedgerEntry: everybody('read'),
  readRawEntry: leads('read'),
  releaseEntry: leads('operate'),
  trace: everybody('read'),

  pullBrake: leads('operate'),
  listOutbox: leads('read'),
  readOutboxMail: everybody('read'),
  lookInSent: everybody('desk'),
  sendAgain: everybody('desk'),
  leaveMail: everybody('desk'),
  releaseMail: leads('operate'),
  discardMail: everybody('desk'),
  releaseHeld: leads('operate'),
  discardHeld: leads('operate'),

  listUndeliverable: everybody('read'),
  liftUndeliverable: everybody('desk'),

  listEngagements: everybody('read'),
  readEngagement: everybody('read'),
  releaseEngagement: leads('operate'),

  listContacts: everybody('read'),
  readContact: everybody('read'),
  editContact: everybody('desk'),

  events: everybody('read'),
  listAudit: admins('read'),
} as const satisfies Record<string, Access>;

/** Name of a route; also its `operationId` in the OpenAPI document. */
export type RouteId = keyof typeof access;
