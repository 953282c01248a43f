/**
 * A desk to ask: a worker on real Temporal, a fresh store, the API over both, and people who are signed in. Every JSON
 * answer is held against the OpenAPI document, so that the document cannot promise something else.
 */
import { randomUUID } from 'node:crypto';
import { Registry } from 'prom-client';
import pino from 'pino';
import request from 'supertest';
import type { Express } from 'express';
import flow from '../../flows/examples/support-desk.json';
import { flowDefaults } from '../../flows/defaults';
import type { Flow } from '../../flows/flow';
import { createApp } from '../../api/app';
import { createUser } from '../../api/first-admin';
import type { ApiPorts, ApiSettings } from '../../api/ports';
import type { Role } from '../../api/access';
import { htmlToText } from '../../mail/html/html-text';
import { letterhead } from '../../mail/letterhead';
import { forwardBlock } from '../../mail/quoting/forward-block';
import { fileType } from '../../mail/mime/file-type';
import { safeFileName } from '../../mail/mime/file-name';
import { openSearch } from '../../store/search';
import { sanitizeAgentHtml } from '../../mail/sanitize';
import { renderTemplate } from '../../mail/template';
import { createConnectionCaller } from '../../worker/call-connection';
import { createHostResolver, hostProblem } from '../../worker/resolve-host';
import { found } from '../support/found';
import { anEnquiry } from '../support/mails-of-work';
import { aDesk, startWork, type Work } from '../support/work';
import { createConformity, type Conformity } from './conformity';

/** Settings of the API in tests. */
export const apiSettings: ApiSettings = {
  sessionMs: 12 * 3_600_000,
  invitationMs: 72 * 3_600_000,
  passwordLinkMs: 30 * 60_000,
  presenceLeaseMs: 45_000,
  capacity: 5,
  missesAllowed: 3,
  undoMs: 0,
  dispositions: [],
  maxBytesOut: 25 * 2 ** 20,
  signInTries: 3,
  signInWindowMs: 60_000,
  actWaitMs: 5000,
  flowDefaults,
  secureCookie: false,
  trustedProxies: 0,
  pollHintsMs: null,
  streamHeartbeatMs: 200,
};

const searchPace = { everyMs: 3_600_000, say: () => undefined, now: () => new Date() };

/** A request of somebody, and what may be said of it. */
export interface Asked {
  body?: unknown;
  key?: string;
  headers?: Record<string, string>;
}

/** What came back. */
export interface Answer {
  status: number;
  body: any; // oxlint-disable-line typescript/no-explicit-any
  headers: Record<string, string>;
  text: string;
}

/** Asks in the name of somebody. */
export type Ask = (method: string, path: string, asked?: Asked) => Promise<Answer>;

/** A desk. */
export interface Desk {
  work: Work;
  app: Express;
  ports: ApiPorts;
  /** Log lines the API wrote, as text. */
  logged: string[];
  /** Ledger ids that were given to intake again. */
  redriven: string[];
  document: Record<string, unknown>;
  conformity: Conformity;
  nobody: Ask;
  /** Begins a session of somebody: the headers that show it, and its token. */
  session(user: string): Promise<{ token: string; headers: { cookie: string; 'x-csrf-token': string } }>;
  /** Signs somebody in by a session of his own, at another app where one is given. */
  as(user: string, over?: Express): Promise<Ask>;
  /** Adds a user, an agent of the same id with it. */
  aUser(user: { id: string; role: Role; groups?: string[]; channels?: string[] }): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a desk: channel and group "support" with ann and bob, admin ada, supervisor sue of the group, stranger carl. */
export async function startDesk(changes: Partial<ApiPorts> = {}, settings: Partial<ApiSettings> = {}): Promise<Desk> {
  const work = await startWork();
  const logged: string[] = [];
  const redriven: string[] = [];
  const resolveHost = createHostResolver('');
  const askConnection = createConnectionCaller({ secrets: work.store.secrets, resolveHost });
  const index = work.store.searchEntries;
  const search = openSearch({ ...work.store, touched: work.store.searchTouched, index, ...searchPace });
  const ports: ApiPorts = {
    store: work.store,
    temporal: work.client,
    temporalNames: {
      namespace: work.client.options.namespace,
      uiUrl: 'http://127.0.0.1:1',
      searchAttributes: ['RingpostChannel'],
    },
    workflows: work.workflows,
    redrive: async (ledgerId) => void redriven.push(ledgerId),
    mail: {
      sanitizeAgentHtml,
      textOfHtml: htmlToText,
      letterhead,
      forwardBlock,
      renderTemplate,
      fileType,
      safeFileName,
      queueTest: async () => 'test-mail',
      lookInSent: async () => 'not-found',
      recentMail: () => null,
      hostProblem: async () => null,
      testConnection: async () => ({ incoming: null, outgoing: null }),
    },
    connections: {
      hostProblem: (host, port, inside) => hostProblem(resolveHost, host, port, inside),
      ask: (connection, question) =>
        askConnection(connection, { ...question, timeoutMs: 60_000, wantsAnswer: true, key: 'tried' }),
    },
    search,
    settings: { ...apiSettings, ...settings },
    log: pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) }),
    version: '0.0.0-test',
    metrics: new Registry(),
    health: async () => [],
    now: () => new Date(),
    ...changes,
  };
  const app = createApp(ports);
  const document = (await request(app).get('/openapi.json')).body;
  const conformity = createConformity(document);
  const desk: Desk = {
    work,
    app,
    ports,
    logged,
    redriven,
    document,
    conformity,
    nobody: askWith(app, conformity, {}),
    session: async (user) => {
      const begun = { user, now: new Date(), ttlMs: 3_600_000, ip: null, browser: null };
      const { token, session } = await work.store.sessions.create(begun);
      return { token, headers: { cookie: `ringpost_session=${token}`, 'x-csrf-token': session.csrf } };
    },
    as: async (user, over = app) => askWith(over, conformity, (await desk.session(user)).headers),
    aUser: async ({ id, role, groups = [], channels = [] }) => {
      const name = id.charAt(0).toUpperCase() + id.slice(1);
      const user = { id, email: `${id}@desk.test`, name, role, groups, channels, password: null, capacity: 3 };
      if (!(await createUser(work.store, user, new Date()))) throw new Error(`There is a user ${id} already.`);
    },
    stop: async () => {
      await search.close();
      await work.stop();
    },
  };
  await desk.aUser({ id: 'ada', role: 'admin' });
  await desk.aUser({ id: 'sue', role: 'supervisor', groups: ['support'] });
  for (const agent of ['ann', 'bob', 'carl']) await desk.aUser({ id: agent, role: 'agent' });
  await aDesk(work, { flow: flow as unknown as Flow, agents: ['ann', 'bob'] });
  return desk;
}

/** Asks with headers of its own; JSON answers must be what the document promises. */
export function askWith(app: Express, conformity: Conformity, credentials: Record<string, string>): Ask {
  return async (method, path, { body, key, headers = {} } = {}) => {
    const verb = method.toLowerCase() as 'get' | 'post' | 'put' | 'patch' | 'delete';
    const asked = request(app);
    const sent = asked[verb](path).set({ ...credentials, ...(key ? { 'idempotency-key': key } : {}), ...headers });
    const {
      status,
      body: answered,
      headers: got,
      text,
    } = await (body === undefined ? sent : sent.send(body as object));
    if (String(got['content-type']).includes('json')) conformity.check(verb, path, status, answered);
    return { status, body: answered, headers: got, text };
  };
}

/** Waits until an enquiry rings at somebody; the offer's id. */
export function offerTo(ask: Ask, enquiry: string): Promise<string> {
  return found(`an offer of ${enquiry}`, async () => {
    const { items } = (await ask('GET', '/v1/offers')).body;
    return items.find((each: { enquiry: string }) => each.enquiry === enquiry)?.id ?? null;
  });
}

/** Opens an enquiry and lets somebody accept it, who must be the only one it can ring at; its id. */
export async function servedBy(desk: Desk, ask: Ask, from = `${randomUUID()}@customers.test`): Promise<string> {
  const id = await anEnquiry(desk.work, { from });
  expect((await ask('POST', `/v1/offers/${await offerTo(ask, id)}/accept`)).status).toBe(200);
  return id;
}

/** Waits until a job has ended; what is told of it then. */
export function jobEnded(ask: Ask, id: string): Promise<Answer['body']> {
  return found(`job ${id} to end`, async () => {
    const { body } = await ask('GET', `/v1/jobs/${id}`);
    return body.state === 'running' ? null : body;
  });
}
