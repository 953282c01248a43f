import request from 'supertest';
import { access, roles, type Role, type RouteId } from '../../api/access';
import { createAuthenticate } from '../../api/authenticate';
import { routesOf } from '../../api/app';
import type { Route } from '../../api/http/route';
import { anEntry } from './stored';
import { startDesk, type Ask, type Desk } from './desk';

describe('what the API refuses', () => {
  let desk: Desk;
  let routes: Route[];
  let asks: Record<Role, Ask>;
  beforeAll(async () => {
    desk = await startDesk({}, { signInTries: 1000 });
    routes = routesOf(desk.ports, createAuthenticate(desk.ports));
    asks = { admin: await desk.as('ada'), supervisor: await desk.as('sue'), agent: await desk.as('carl') };
  });
  afterAll(() => desk.stop());

  const filled = ({ path }: Route): string => path.replace(/\{\w+\}/g, 'unknown-thing');
  const others = (): Route[] => routes.filter(({ id }) => id !== 'events' && id !== 'signOut');

  test('every route of the table is mounted once, and every mounted route is in the table', () => {
    expect(routes.map(({ id }) => id).toSorted()).toEqual(Object.keys(access).toSorted());
  });

  test('nobody gets past any route but those for anyone', async () => {
    const open: RouteId[] = [];
    for (const route of routes) {
      const { status, body } = await desk.nobody(route.method, filled(route));
      if (status === 401 && body.code === 'not-signed-in') continue;
      open.push(route.id);
    }
    expect(open.toSorted()).toEqual(['live', 'openapi', 'ready', 'setPassword', 'signIn']);
  });

  test('each route refuses the roles its line in the table does not name, before it looks at anything else', async () => {
    for (const route of others()) {
      const who = access[route.id];
      for (const role of roles) {
        const { body } = await asks[role](route.method, filled(route), { body: route.body ? 'not json' : undefined });
        const refused = body?.code === 'wrong-role';
        const named = who === 'anyone' || who.roles.some((each) => each === role);
        expect([route.id, role, refused]).toEqual([route.id, role, !named]);
      }
    }
  });

  test('no route answers 500 to garbage in path, query or body', async () => {
    const garbage: unknown[] = [
      undefined,
      {},
      [],
      'x',
      1,
      null,
      { id: {} },
      { text: { $ne: 1 } },
      { __proto__: 1, constructor: 'x' },
      { email: { $gt: '' }, password: {} },
    ];
    for (const route of others()) {
      for (const [index, body] of garbage.entries()) {
        const path = route.path.replace(
          /\{\w+\}/g,
          encodeURIComponent(
            ['constructor', '$where', 'a.b', '\u0000', '../..', '%', '🙂', 'x'.repeat(900)][index % 8] ?? 'x',
          ),
        );
        const asked = {
          body: body === undefined ? undefined : JSON.stringify(body),
          headers: { 'content-type': 'application/json' },
        };
        const answer = await asks.admin(route.method, `${path}?limit=x&cursor=%00&word[]=1&word[$ne]=2`, asked);
        expect([route.id, index, answer.status]).not.toContain(500);
        expect(answer.text ?? '').not.toMatch(/ at .*\.ts|node_modules/);
      }
    }
  });

  type Row = {
    what: string;
    path: string;
    method?: string;
    body?: unknown;
    headers?: Record<string, string>;
    status: number;
    code: string;
    more?: object;
  };
  const rows: Row[] = [
    { what: 'an address that is none', path: '/v1/nothing', status: 404, code: 'unknown-route' },
    {
      what: 'a method the address does not take',
      method: 'DELETE',
      path: '/v1/offers',
      status: 405,
      code: 'wrong-method',
    },
    { what: 'a broken percent-encoding', path: '/v1/groups/%E0%A4%A', status: 404, code: 'unknown-route' },
    {
      what: 'a body that is no JSON',
      method: 'POST',
      path: '/v1/groups',
      body: '{"id":',
      headers: { 'content-type': 'application/json' },
      status: 400,
      code: 'wrong-json',
    },
    {
      what: 'a body of another kind',
      method: 'POST',
      path: '/v1/groups',
      body: 'id=x',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      status: 415,
      code: 'wrong-content-type',
    },
    {
      what: 'no body where one is needed',
      method: 'POST',
      path: '/v1/groups',
      status: 415,
      code: 'wrong-content-type',
    },
    {
      what: 'a charset we do not know',
      method: 'POST',
      path: '/v1/groups',
      body: '{}',
      headers: { 'content-type': 'application/json; charset=klingon' },
      status: 415,
      code: 'wrong-content-type',
    },
    {
      what: 'a body over 1 MB',
      method: 'POST',
      path: '/v1/flows/check',
      body: { text: 'x'.repeat(1_100_000) },
      status: 413,
      code: 'body-too-large',
    },
    {
      what: 'a missing property',
      method: 'POST',
      path: '/v1/groups',
      body: { id: 'x', agents: [] },
      status: 400,
      code: 'wrong-body',
      more: { findings: [{ where: '/title', what: 'is missing' }] },
    },
    {
      what: 'a wrong type',
      method: 'POST',
      path: '/v1/groups',
      body: { id: 'x', title: 7, agents: [] },
      status: 400,
      code: 'wrong-body',
      more: { findings: [{ where: '/title', what: 'must be a text' }] },
    },
    {
      what: 'an unknown property',
      method: 'POST',
      path: '/v1/groups',
      body: { id: 'x', title: 'X', agents: [], color: 'red' },
      status: 400,
      code: 'wrong-body',
      more: { findings: [{ where: '/color', what: 'is not known here; leave it out' }] },
    },
    {
      what: 'a name over 40 characters',
      method: 'PATCH',
      path: '/v1/channels/support',
      body: { name: 'x'.repeat(41) },
      status: 400,
      code: 'wrong-body',
      more: { findings: [{ where: '/name', what: 'may have at most 40 characters' }] },
    },
    {
      what: 'a word that is none of the list',
      method: 'PUT',
      path: '/v1/presence',
      body: { word: 'notResponding' },
      status: 400,
      code: 'wrong-body',
      more: { findings: [{ where: '/word', what: 'must be one of: available, busy, away, offline' }] },
    },
    {
      what: 'a name that is no slug',
      method: 'POST',
      path: '/v1/groups',
      body: { id: 'Day Desk', title: 'X', agents: [] },
      status: 400,
      code: 'wrong-body',
    },
    {
      what: 'two line breaks in a subject',
      method: 'PUT',
      path: '/v1/enquiries/x/draft',
      body: { subject: 'a\r\nBcc: b@c.de' },
      status: 400,
      code: 'wrong-body',
    },
    {
      what: 'a recipient that could break out',
      method: 'POST',
      path: '/v1/templates/support-received/test',
      body: { channel: 'support', to: 'a@b.de>, <c@d.ef' },
      status: 400,
      code: 'wrong-body',
    },
    {
      what: 'a limit that is no number',
      path: '/v1/enquiries?limit=many',
      status: 400,
      code: 'wrong-query',
      more: { findings: [{ where: '/limit', what: 'must be a whole number' }] },
    },
    { what: 'a limit that is too high', path: '/v1/enquiries?limit=100000', status: 400, code: 'wrong-query' },
    { what: 'a cursor of ours that was bent', path: '/v1/enquiries?cursor=abc', status: 400, code: 'wrong-cursor' },
    {
      what: 'a cursor that skips backwards',
      path: `/v1/enquiries?cursor=${Buffer.from('{"skip":-1}').toString('base64url')}`,
      status: 400,
      code: 'wrong-cursor',
    },
    { what: 'a moment that is none', path: '/v1/ledger?since=yesterday', status: 400, code: 'wrong-query' },
    {
      what: 'an Idempotency-Key with blanks',
      method: 'POST',
      path: '/v1/presence/heartbeat',
      headers: { 'idempotency-key': 'a b' },
      status: 400,
      code: 'wrong-header',
    },
    {
      what: 'an unknown group',
      path: '/v1/groups/nowhere',
      status: 404,
      code: 'not-found',
      more: { what: 'group', id: 'nowhere' },
    },
    {
      what: 'an unknown channel',
      path: '/v1/channels/nowhere',
      status: 404,
      code: 'not-found',
      more: { what: 'channel' },
    },
    {
      what: 'an unknown enquiry',
      path: '/v1/enquiries/nothing',
      status: 404,
      code: 'not-found',
      more: { what: 'enquiry' },
    },
    {
      what: 'an unknown message',
      path: '/v1/messages/nothing',
      status: 404,
      code: 'not-found',
      more: { what: 'message' },
    },
    { what: 'an unknown flow', path: '/v1/flows/nothing', status: 404, code: 'not-found', more: { what: 'flow' } },
    { what: 'an unknown revision', path: '/v1/flows/support-desk/revisions/99', status: 404, code: 'not-found' },
    { what: 'an unknown ledger entry', path: '/v1/ledger/smtp:x:y', status: 404, code: 'not-found' },
    { what: 'an unknown outbox mail', path: '/v1/outbox/nothing', status: 404, code: 'not-found' },
    { what: 'an unknown user', path: '/v1/users/nobody', status: 404, code: 'not-found', more: { what: 'user' } },
    {
      what: 'a group with an unknown agent',
      method: 'POST',
      path: '/v1/groups',
      body: { id: 'x', title: 'X', agents: ['nobody'] },
      status: 404,
      code: 'not-found',
      more: { what: 'agent' },
    },
  ];

  test.each(rows)('$what: $status $code', async ({ path, method = 'GET', body, headers, status, code, more = {} }) => {
    const answer = await asks.admin(method, path, { body, ...(headers ? { headers } : {}) });
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.body).toMatchObject({
      type: `https://ringpost.dev/errors/${code}`,
      status,
      code,
      title: expect.any(String),
      detail: expect.any(String),
      ...more,
    });
    expect(answer.status).toBe(status);
  });

  test('the methods an address takes are told', async () => {
    const answer = await request(desk.app).patch('/v1/session');
    expect(answer.headers['allow']).toBe('POST, GET, DELETE');
  });

  test('answers carry the headers of a private API: no cache, no frame, no script, no CORS', async () => {
    const { headers } = await asks.agent('GET', '/v1/offers', { headers: { origin: 'https://evil.test' } });
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none';frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'SAMEORIGIN',
      'referrer-policy': 'no-referrer',
      'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(headers['access-control-allow-origin']).toBeUndefined();
    expect(headers['x-powered-by']).toBeUndefined();
  });
});

describe('what nobody foresaw', () => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await startDesk({
      redrive: async () => {
        throw new Error('550 5.1.1 <canary@secret.test> said no');
      },
    });
  });
  afterAll(() => desk.stop());

  test('is answered with an id and logged under it, without its message', async () => {
    await anEntry(desk.work.store, { _id: 'smtp:support:led', verdict: 'blocked' });
    const ada = await desk.as('ada');
    const answer = await ada('POST', `/v1/ledger/${encodeURIComponent('smtp:support:led')}/release`);
    expect(answer.body).toMatchObject({ status: 500, code: 'internal', instance: expect.stringMatching(/^urn:uuid:/) });
    expect(answer.text).not.toContain('canary');
    const logged = desk.logged.join('');
    expect(logged).toContain(answer.body.instance);
    expect(logged).not.toContain('canary');
  });

  test('no log line holds an address, a subject, a text, a word that was searched for, or a token', async () => {
    const ada = await desk.as('ada');
    await desk.nobody('POST', '/v1/session', {
      body: { email: 'canary-mail@secret.test', password: 'canary-password' },
    });
    await ada('GET', '/v1/trace?word=canary-word@secret.test');
    await ada('GET', '/v1/contacts?address=canary-address@secret.test');
    await ada('GET', '/v1/enquiries/canary-id');
    await ada('POST', '/v1/blocklists/global', {
      body: { senders: ['canary-sender@secret.test'], reason: 'canary-reason' },
    });
    await ada('PUT', '/v1/templates/canary', {
      body: { title: 'canary-title', subject: 'canary-subject', preview: '', html: '', text: '' },
    });
    const { body } = await ada('POST', '/v1/tokens', {
      body: { name: 'canary-name', scopes: ['read'], expiresInDays: 1 },
    });
    const logged = desk.logged.join('');
    expect(logged).toContain('"route":"trace"');
    expect(logged).not.toMatch(/canary|secret\.test/);
    expect(logged).not.toContain(body.token);
  });
});
