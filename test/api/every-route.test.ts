import { access, type RouteId } from '../../api/access';
import { aMessage, anEntry, anOutboxMail, aStoredEnquiry } from './stored';
import { startDesk, type Ask, type Desk } from './desk';
import { operationsOf, type Addressed } from './wrong-values';

/**
 * What each route is about. `enquiry` and what hangs on one is seen with it; `people`, `settings` and `self` are open to
 * whoever the role admits. A route that is not in this table does not compile.
 */
const about: Record<RouteId, 'enquiry' | 'message' | 'entry' | 'outbox' | 'contact' | 'offer' | 'list' | 'rest'> = {
  ...rest('live', 'ready', 'openapi', 'metrics', 'signIn', 'readSession', 'signOut', 'setPassword', 'changePassword'),
  ...rest('listUsers', 'readUser', 'createUser', 'editUser', 'makePasswordLink', 'listTokens', 'createToken'),
  ...rest('deleteToken', 'listAgents', 'readAgent', 'editAgent', 'readPresence', 'setPresence', 'heartbeat'),
  ...rest('listCalendars', 'readCalendar', 'createCalendar', 'editCalendar', 'deleteCalendar'),
  ...rest('listGroups', 'readGroup', 'createGroup', 'editGroup', 'deleteGroup', 'listChannels', 'readChannel'),
  ...rest(
    'createChannel',
    'editChannel',
    'deleteChannel',
    'trySending',
    'testConnection',
    'pullBrake',
    'listFlows',
    'readFlow',
    'saveFlowDraft',
  ),
  ...rest(
    'testFlow',
    'listReadyFlows',
    'useReadyFlow',
    'readLive',
    'moveLive',
    'setCanary',
    'promoteCanary',
    'abortCanary',
    'setShadow',
    'readShadow',
    'endShadow',
  ),
  migrateEnquiry: 'enquiry',
  saveRunAsTest: 'enquiry',
  ...rest('migrateRevision', 'listJobs', 'readJob', 'cancelJob', 'retryJob', 'startBacktest', 'traceBacktest'),
  ...rest('countRunning', 'listRunning', 'stopRevisionMail', 'allowRevisionMail'),
  ...rest('checkFlow', 'publishFlow', 'listRevisions', 'readRevision', 'listTemplates', 'readTemplate', 'saveTemplate'),
  ...rest('deleteTemplate', 'previewTemplate', 'testTemplate', 'listBlocklists', 'listBlocked', 'block', 'unblock'),
  ...rest('endShift', 'planAbsence', 'dropAbsence', 'handOverAll', 'removeUser'),
  ...rest('endWrapUp', 'readPresenceHistory', 'setAgentPresence'),
  ...rest('editBlocked'),
  ...rest('countLedger', 'listEngagements', 'readEngagement', 'releaseEngagement', 'listAudit', 'events', 'listOffers'),
  ...rest('listUndeliverable', 'liftUndeliverable'),
  ...rest('listConnections', 'readConnection', 'createConnection', 'editConnection', 'deleteConnection'),
  ...rest('tryConnection', 'listEventWebhooks', 'readEventWebhook', 'createEventWebhook', 'editEventWebhook'),
  ...rest('reportSla', 'listProgramTokens', 'createProgramToken', 'deleteProgramToken'),
  ...rest('deleteEventWebhook', 'listEventsDue', 'renewEventWebhookSecret', 'tellEventsAgain'),
  ...rest('previewBulk', 'startBulk', 'readBulk', 'cancelBulk'),
  ...rest('readLetterhead', 'setLetterhead', 'readMySignature', 'setMySignature', 'readSignature', 'setSignature'),
  ...rest('releaseHeld', 'discardHeld', 'listNotices', 'readNotices'),
  acceptOffer: 'offer',
  declineOffer: 'offer',
  listEnquiries: 'list',
  readEnquiry: 'enquiry',
  listMessages: 'enquiry',
  readMessage: 'message',
  readTimeline: 'enquiry',
  listDecisions: 'enquiry',
  readAct: 'enquiry',
  takeEnquiry: 'enquiry',
  reply: 'enquiry',
  forward: 'enquiry',
  note: 'enquiry',
  transfer: 'enquiry',
  tag: 'enquiry',
  close: 'enquiry',
  resume: 'enquiry',
  attend: 'enquiry',
  snooze: 'enquiry',
  unsnooze: 'enquiry',
  release: 'enquiry',
  takeOver: 'enquiry',
  assign: 'enquiry',
  undoTransfer: 'enquiry',
  undoClose: 'enquiry',
  reopen: 'enquiry',
  spam: 'enquiry',
  notSpam: 'enquiry',
  merge: 'enquiry',
  unmerge: 'enquiry',
  splitMessage: 'enquiry',
  moveMessage: 'enquiry',
  watch: 'enquiry',
  stopWatching: 'enquiry',
  listDrafts: 'enquiry',
  readDraft: 'enquiry',
  saveDraft: 'enquiry',
  deleteDraft: 'enquiry',
  addAttachment: 'enquiry',
  readDraftAttachment: 'enquiry',
  removeAttachment: 'enquiry',
  ...rest('listStandardResponses', 'readStandardResponse', 'createStandardResponse', 'editStandardResponse'),
  ...rest('deleteStandardResponse', 'attachToStandardResponse', 'readStandardResponseAttachment'),
  ...rest('removeStandardResponseAttachment'),
  fillStandardResponse: 'enquiry',
  readAttachment: 'message',
  readRawMessage: 'message',
  listLedger: 'list',
  readLedgerEntry: 'entry',
  readRawEntry: 'entry',
  releaseEntry: 'entry',
  trace: 'list',
  listOutbox: 'list',
  readOutboxMail: 'outbox',
  lookInSent: 'outbox',
  sendAgain: 'outbox',
  leaveMail: 'outbox',
  releaseMail: 'outbox',
  discardMail: 'outbox',
  undoMail: 'outbox',
  rescheduleMail: 'outbox',
  sendNow: 'outbox',
  listScheduled: 'list',
  listContacts: 'list',
  readContact: 'contact',
  editContact: 'contact',
  readContactHistory: 'contact',
  readContactTimeline: 'contact',
  suggestMerges: 'contact',
  addContactAddress: 'contact',
  mergeContact: 'contact',
  partContact: 'contact',
  eraseContact: 'contact',
  ...rest('resumeErasure', 'listErasures', 'exportContacts', 'sampleContactImport', 'uploadContacts'),
  ...rest('previewContacts', 'saveContacts', 'deleteContactImport'),
  search: 'list',
  noteToBound: 'contact',
  ...rest('writeFirst'),
  lookUpContact: 'contact',
  ...rest('listLookups', 'readLookup', 'saveLookup', 'deleteLookup'),
  ...rest('createContact', 'listAccounts', 'saveAccount', 'deleteAccount'),
  ...rest('listContactFields', 'saveContactField', 'deleteContactField'),
};

function rest<Id extends RouteId>(...ids: Id[]): Record<Id, 'rest'> {
  return Object.fromEntries(ids.map((id) => [id, 'rest'])) as Record<Id, 'rest'>;
}

type Who = 'ann' | 'bob' | 'carl' | 'gwen' | 'sue' | 'otto' | 'ada';
const roleOf = {
  ann: 'agent',
  bob: 'agent',
  carl: 'agent',
  gwen: 'agent',
  sue: 'supervisor',
  otto: 'supervisor',
  ada: 'admin',
} as const;

/**
 * ann and bob are of the group support, carl of the group other; gwen was granted the address; sue supervises support,
 * otto the other group; ada is admin.
 */
const things: { thing: string; stored: object; seenBy: Who[] }[] = [
  { thing: 'grouped', stored: { group: 'support' }, seenBy: ['ann', 'bob', 'gwen', 'sue', 'ada'] },
  { thing: 'served', stored: { assignee: 'bob' }, seenBy: ['bob', 'gwen', 'sue', 'ada'] },
  { thing: 'ringing', stored: { ringing: ['bob'] }, seenBy: ['bob', 'gwen', 'sue', 'ada'] },
  { thing: 'elsewhere', stored: { group: 'other' }, seenBy: ['carl', 'gwen', 'otto', 'ada'] },
];
const people = Object.keys(roleOf) as Who[];

describe('every route, asked by everybody', () => {
  let desk: Desk;
  let asks: Record<string, Ask>;
  let operations: Addressed[];
  beforeAll(async () => {
    desk = await startDesk();
    const { store } = desk.work;
    await store.groups.save('other', { title: 'Other', agents: ['carl'], strategy: 'none', ringTimeoutMs: null });
    await desk.aUser({ id: 'gwen', role: 'agent', channels: ['support'] });
    await desk.aUser({ id: 'otto', role: 'supervisor', groups: ['other'] });
    for (const [index, { thing, stored }] of things.entries()) {
      const { contact } = await store.contacts.upsertBySender({
        address: `${thing}@customers.test`,
        name: thing,
        by: thing,
        enquiry: thing,
        now: new Date(),
      });
      await aStoredEnquiry(store, { _id: thing, number: 100 + index, contact: contact._id, ...stored });
      const { sha256, bytes } = await store.blobs.put(Buffer.from(thing));
      const attachment = { name: 'a.txt', type: 'text/plain', bytes, blob: sha256, inline: false, contentId: null };
      await aMessage(store, { _id: `m-${thing}`, enquiry: thing, blob: sha256, attachments: [attachment] });
      await anEntry(store, { _id: `e-${thing}`, enquiry: thing, from: `${thing}@customers.test` });
      await anOutboxMail(store, { _id: `o-${thing}`, enquiry: thing });
    }
    const places = { path: '/', query: {}, rows: '', rowTitle: '', rowUrl: null, values: [] };
    await store.lookups.save('orders', { title: 'Orders', connection: 'none', ...places, cacheMs: 0, timeoutMs: 100 });
    asks = Object.fromEntries(await Promise.all(people.map(async (who) => [who, await desk.as(who)] as const)));
    operations = operationsOf(desk.document);
  });
  afterAll(() => desk.stop());

  const idOf = (kind: string, thing: string): string => {
    const ids = {
      enquiry: thing,
      message: `m-${thing}`,
      entry: `e-${thing}`,
      outbox: `o-${thing}`,
      offer: `${thing}.1`,
    };
    if (kind === 'contact') return desk.work.store.contacts.idOf(`${thing}@customers.test`);
    return Object.entries(ids).find(([each]) => each === kind)?.[1] ?? thing;
  };
  const ask = (who: Who, { path, method, operation }: Addressed, thing: string) => {
    const kind = about[operation.operationId as RouteId];
    const address = path
      .replace('{id}', idOf(kind, thing))
      .replace('{number}', '0')
      .replace('{message}', `m-${thing}`)
      .replace('{lookup}', 'orders')
      .replace('{act}', `${who}%2Ftag%2Fx%2Fy`);
    const body = operation.requestBody?.content['application/json']?.example;
    const needed = (operation.parameters ?? []).some(({ name }) => name === 'name') ? '?name=x' : '';
    return (asks[who] as Ask)(method, `${address}${needed}`, body === undefined ? {} : { body });
  };
  const admits = (id: RouteId, who: Who): boolean => {
    const entry = access[id];
    return entry === 'anyone' || entry.roles.some((role) => role === roleOf[who]);
  };

  test.each(things)('who may not see what is $thing finds nothing there, by any route', async ({ thing, seenBy }) => {
    const tried: string[] = [];
    for (const operation of operations) {
      const id = operation.operation.operationId as RouteId;
      if (about[id] === 'rest' || about[id] === 'list') continue;
      for (const who of people.filter((each) => !seenBy.includes(each))) {
        const { status, body } = await ask(who, operation, thing);
        const expected = admits(id, who) ? [404, 'not-found'] : [403, 'wrong-role'];
        expect([id, who, status, body.code]).toEqual([id, who, ...expected]);
        tried.push(id);
      }
    }
    expect(new Set(tried).size).toBe(Object.values(about).filter((kind) => kind !== 'rest' && kind !== 'list').length);
  });

  test.each(things)('who may see what is $thing reads it by every route his role admits', async ({ thing, seenBy }) => {
    for (const operation of operations.filter(({ method }) => method === 'get')) {
      const id = operation.operation.operationId as RouteId;
      // Nobody has done the act or attached the file that is asked for.
      if (about[id] === 'rest' || about[id] === 'list' || ['readAct', 'readDraftAttachment'].includes(id)) continue;
      for (const who of seenBy) {
        const { status } = await ask(who, operation, thing);
        expect([id, who, status]).toEqual([id, who, admits(id, who) ? 200 : 403]);
      }
    }
  });

  interface Listed {
    enquiry: string;
    id: string;
    lastName: string;
  }
  const lists: { what: string; path: string; thingOf: (each: Listed) => string }[] = [
    { what: 'enquiries', path: '/v1/enquiries', thingOf: ({ id }) => id },
    { what: 'ledger', path: '/v1/ledger', thingOf: ({ enquiry }) => enquiry },
    { what: 'contacts', path: '/v1/contacts', thingOf: ({ lastName }) => lastName },
    { what: 'outbox', path: '/v1/outbox?state=queued', thingOf: ({ enquiry }) => enquiry },
  ];

  test.each(lists.flatMap((list) => people.map((who) => ({ ...list, who }))))(
    'the list of $what holds for $who what he may read, and nothing else',
    async ({ path, thingOf, who }) => {
      const answer = await (asks[who] as Ask)('GET', path);
      if (answer.status === 403) return expect(roleOf[who]).toBe('agent');
      const expected = things.filter(({ seenBy }) => seenBy.includes(who)).map(({ thing }) => thing);
      expect(answer.body.items.map(thingOf).toSorted()).toEqual(expected.toSorted());
    },
  );

  test.each(people)('a trace tells %s of what he may read, and of nothing else', async (who) => {
    for (const { thing, seenBy } of things) {
      for (const word of [`${thing}@customers.test`, String(100 + things.findIndex((each) => each.thing === thing))]) {
        const { body } = await (asks[who] as Ask)('GET', `/v1/trace?word=${word}`);
        expect([word, body.tales.length]).toEqual([word, seenBy.includes(who) ? 1 : 0]);
      }
    }
  });
});
