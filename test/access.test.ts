import { access, type RouteId, type Role } from '../api/access';

/** What stands here stays shut, whatever becomes of the table: who opens one of these has to say so twice. */
const forAdminsAlone: readonly RouteId[] = [
  'metrics',
  ...(['createUser', 'editUser', 'removeUser', 'makePasswordLink'] as const),
  ...(['listProgramTokens', 'createProgramToken', 'deleteProgramToken'] as const),
  ...(['createGroup', 'editGroup', 'deleteGroup', 'setLetterhead', 'setSignature'] as const),
  ...(['createCalendar', 'editCalendar', 'deleteCalendar'] as const),
  ...(['readChannel', 'createChannel', 'editChannel', 'deleteChannel', 'trySending', 'testConnection'] as const),
  ...(['listConnections', 'readConnection', 'createConnection', 'editConnection', 'deleteConnection'] as const),
  ...(['tryConnection', 'listEventWebhooks', 'readEventWebhook', 'createEventWebhook', 'editEventWebhook'] as const),
  ...(['deleteEventWebhook', 'listEventsDue', 'renewEventWebhookSecret', 'tellEventsAgain'] as const),
  ...(['saveFlowDraft', 'publishFlow', 'useReadyFlow', 'moveLive', 'setCanary', 'promoteCanary'] as const),
  ...(['abortCanary', 'setShadow', 'endShadow', 'migrateEnquiry', 'migrateRevision', 'saveRunAsTest'] as const),
  ...(['startBacktest', 'cancelJob', 'retryJob', 'stopRevisionMail', 'allowRevisionMail'] as const),
  ...(['saveTemplate', 'deleteTemplate', 'testTemplate', 'readLookup', 'saveLookup', 'deleteLookup'] as const),
  ...(['uploadContacts', 'previewContacts', 'saveContacts', 'deleteContactImport', 'exportContacts'] as const),
  ...(['eraseContact', 'resumeErasure', 'listErasures', 'saveContactField', 'deleteContactField'] as const),
  'listAudit',
];
const shutToAgents: readonly RouteId[] = [
  ...([
    'listUsers',
    'readUser',
    'readSignature',
    'editAgent',
    'handOverAll',
    'setAgentPresence',
    'assign',
    'resume',
  ] as const),
  ...(['listFlows', 'readFlow', 'checkFlow', 'testFlow', 'listRevisions', 'readRevision', 'listReadyFlows'] as const),
  ...(['readLive', 'readShadow', 'countRunning', 'listRunning', 'traceBacktest', 'listJobs', 'readJob'] as const),
  ...(['listBlocklists', 'listBlocked', 'block', 'editBlocked', 'unblock'] as const),
  ...(['readRawMessage', 'countLedger', 'readRawEntry', 'releaseEntry'] as const),
  ...(['pullBrake', 'listOutbox', 'releaseMail', 'releaseHeld', 'discardHeld', 'releaseEngagement'] as const),
  ...(['saveAccount', 'deleteAccount', 'reportSla'] as const),
];

const admitted = (id: RouteId): readonly Role[] | 'anyone' => {
  const entry = access[id];
  return entry === 'anyone' ? entry : entry.roles;
};

test.each(forAdminsAlone)('%s is for admins alone', (id) => {
  expect(admitted(id)).toEqual(['admin']);
});

test.each(shutToAgents)('%s is for those who lead', (id) => {
  expect(admitted(id)).toEqual(['admin', 'supervisor']);
});

test('who is not signed in may sign in, set a password by a link, and ask for health and the document', () => {
  const open = (Object.keys(access) as RouteId[]).filter((id) => access[id] === 'anyone');
  expect(open.toSorted()).toEqual(['live', 'openapi', 'ready', 'setPassword', 'signIn']);
});
