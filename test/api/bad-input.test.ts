import request from 'supertest';
import { access, roles, type Role, type RouteId } from '../../api/access';
import { createAuthenticate } from '../../api/authenticate';
import { routesOf } from '../../api/app';
import type { Route } from '../../api/http/route';
import { badRequests } from './bad-requests';
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

  test.each(badRequests)(
    '$what: $status $code',
    async ({ path, method = 'GET', body, headers, status, code, more = {} }) => {
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
    },
  );

  test('the methods an address takes are told', async () => {
    const answer = await request(desk.app).patch('/v1/session');
    expect(answer.headers['allow']).toBe('POST, GET, HEAD, DELETE, OPTIONS');
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
