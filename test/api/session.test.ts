import request from 'supertest';
import { ensureFirstAdmin } from '../../api/first-admin';
import { hashPassword } from '../../api/passwords';
import { freshStore } from '../support/fresh-store';
import { askWith, startDesk, type Ask, type Desk } from './desk';

const password = 'correct horse battery';

describe('signing in', () => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await startDesk();
    for (const user of ['ann', 'ada', 'bob']) {
      await desk.work.store.users.change(user, { passwordHash: await hashPassword(password) });
    }
  });
  afterAll(() => desk.stop());

  const signIn = (email: string, secret = password) =>
    desk.nobody('POST', '/v1/session', { body: { email, password: secret } });

  /** Asks by the cookie an answer set. */
  const byCookie = (answer: { headers: Record<string, string> }, csrf?: string): Ask => {
    const cookie = String([answer.headers['set-cookie']].flat()[0]).split(';')[0] ?? '';
    return askWith(desk.app, desk.conformity, { cookie, ...(csrf ? { 'x-csrf-token': csrf } : {}) });
  };

  test('gives a cookie no script can read, and the CSRF token in the body', async () => {
    const answer = await signIn('Ann@Desk.test');
    expect(answer.status).toBe(200);
    expect(answer.body.user).toMatchObject({ id: 'ann', role: 'agent', groups: ['support'] });
    expect(String(answer.headers['set-cookie'])).toMatch(
      /^ringpost_session=[^;]+; Max-Age=43200; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Lax$/,
    );
    const mine = byCookie(answer);
    expect((await mine('GET', '/v1/session')).body.csrf).toBe(answer.body.csrf);
  });

  test('answers the same for an unknown address as for a wrong password', async () => {
    const [unknown, wrong] = [await signIn('nobody@desk.test'), await signIn('ada@desk.test', 'wrong')];
    expect(unknown.status).toBe(401);
    expect(unknown.body).toEqual(wrong.body);
    expect(unknown.body.code).toBe('wrong-sign-in');
  });

  test('a write by cookie needs the CSRF token, a read does not', async () => {
    const answer = await signIn('ann@desk.test');
    const without = byCookie(answer);
    expect((await without('GET', '/v1/offers')).status).toBe(200);
    expect((await without('PUT', '/v1/presence', { body: { word: 'busy' } })).body.code).toBe('csrf-missing');
    const wrong = byCookie(answer, 'x'.repeat(43));
    expect((await wrong('PUT', '/v1/presence', { body: { word: 'busy' } })).body.code).toBe('csrf-missing');
    const right = byCookie(answer, answer.body.csrf);
    expect((await right('PUT', '/v1/presence', { body: { word: 'busy' } })).status).toBe(200);
  });

  test('signing out ends the session for good', async () => {
    const answer = await signIn('ann@desk.test');
    const mine = byCookie(answer, answer.body.csrf);
    expect((await mine('DELETE', '/v1/session')).status).toBe(204);
    expect((await mine('GET', '/v1/session')).body.code).toBe('not-signed-in');
  });

  test('a disabled user cannot sign in, and his sessions are over at once', async () => {
    const mine = byCookie(await signIn('bob@desk.test'));
    const ada = await desk.as('ada');
    await ada('PATCH', '/v1/users/bob', { body: { disabled: true } });
    expect((await mine('GET', '/v1/session')).status).toBe(401);
    expect((await desk.work.store.agents.get('bob'))?.presence).toMatchObject({ word: 'offline', cause: 'ada' });
    expect((await signIn('bob@desk.test')).body.code).toBe('wrong-sign-in');
    await ada('PATCH', '/v1/users/bob', { body: { disabled: false } });
    expect((await signIn('bob@desk.test')).status).toBe(200);
  });

  test('too many wrong passwords are slowed down, right ones do not count', async () => {
    for (let tries = 0; tries < 5; tries += 1) expect((await signIn('ann@desk.test')).status).toBe(200);
    for (let tries = 0; tries < 3; tries += 1) expect((await signIn('sue@desk.test', 'wrong')).status).toBe(401);
    const refused = await signIn('sue@desk.test', 'wrong');
    expect(refused.status).toBe(429);
    expect(refused.body.code).toBe('too-many-tries');
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await signIn('ann@desk.test')).status).toBe(200);
  });

  test('a session that is past its time is nobody', async () => {
    const { token } = await desk.work.store.sessions.create({
      user: 'ann',
      now: new Date(0),
      ttlMs: 1000,
      ip: null,
      browser: null,
    });
    const late = askWith(desk.app, desk.conformity, { cookie: `ringpost_session=${token}` });
    expect((await late('GET', '/v1/session')).body.code).toBe('not-signed-in');
  });
});

describe('passwords and links', () => {
  let desk: Desk;
  let ada: Ask;
  beforeAll(async () => {
    desk = await startDesk({}, { signInTries: 100 });
    ada = await desk.as('ada');
  });
  afterAll(() => desk.stop());

  const signIn = (email: string, secret: string) =>
    desk.nobody('POST', '/v1/session', { body: { email, password: secret } });

  test('an invited user sets his password once, then signs in', async () => {
    const invited = await ada('POST', '/v1/users', { body: { email: 'dora@desk.test', name: 'Dora', role: 'agent' } });
    expect(invited.status).toBe(201);
    const { token, expiresAt } = invited.body.invitation;
    expect(Date.parse(expiresAt) - Date.now()).toBeGreaterThan(71 * 3_600_000);
    const set = { body: { token, password } };
    expect((await desk.nobody('POST', '/v1/password', set)).status).toBe(204);
    expect((await desk.nobody('POST', '/v1/password', set)).body.code).toBe('link-over');
    const session = await signIn('dora@desk.test', password);
    expect(session.body.user.id).toBe(invited.body.user.id);
    expect(await desk.work.store.agents.get(invited.body.user.id)).toMatchObject({ name: 'Dora', capacity: 5 });
  });

  test('a password link lasts 30 minutes; a newer one replaces it; using it signs everybody else out', async () => {
    await desk.work.store.users.change('ann', { passwordHash: await hashPassword('the old password') });
    const ann = await desk.as('ann');
    const first = await ada('POST', '/v1/users/ann/password-link');
    const second = await ada('POST', '/v1/users/ann/password-link');
    expect(Date.parse(second.body.expiresAt) - Date.now()).toBeLessThanOrEqual(30 * 60_000);
    expect((await desk.nobody('POST', '/v1/password', { body: { token: first.body.token, password } })).status).toBe(
      410,
    );
    expect((await desk.nobody('POST', '/v1/password', { body: { token: second.body.token, password } })).status).toBe(
      204,
    );
    expect((await ann('GET', '/v1/session')).status).toBe(401);
    expect((await signIn('ann@desk.test', 'the old password')).status).toBe(401);
    expect((await signIn('ann@desk.test', password)).status).toBe(200);
  });

  test('changing the password needs the present one', async () => {
    await desk.work.store.users.change('bob', { passwordHash: await hashPassword(password) });
    const bob = await desk.as('bob');
    const wrong = await bob('PUT', '/v1/session/password', { body: { current: 'no', password: 'another password' } });
    expect(wrong.body.code).toBe('wrong-sign-in');
    const right = await bob('PUT', '/v1/session/password', {
      body: { current: password, password: 'another password' },
    });
    expect(right.status).toBe(204);
    expect((await signIn('bob@desk.test', 'another password')).status).toBe(200);
  });

  test('a short password is refused with the reason', async () => {
    const link = await ada('POST', '/v1/users/bob/password-link');
    const refused = await desk.nobody('POST', '/v1/password', { body: { token: link.body.token, password: 'short' } });
    expect(refused.body).toMatchObject({
      code: 'wrong-body',
      findings: [{ where: '/password', what: 'must have at least 10 characters' }],
    });
  });

  test('the last admin stays admin and stays enabled', async () => {
    expect((await ada('PATCH', '/v1/users/ada', { body: { role: 'agent' } })).body.code).toBe('last-admin');
    expect((await ada('PATCH', '/v1/users/ada', { body: { disabled: true } })).body.code).toBe('last-admin');
    await ada('PATCH', '/v1/users/sue', { body: { role: 'admin' } });
    expect((await ada('PATCH', '/v1/users/ada', { body: { role: 'agent' } })).status).toBe(200);
    const sue = await desk.as('sue');
    await sue('PATCH', '/v1/users/ada', { body: { role: 'admin' } });
    await Promise.all([
      ada('PATCH', '/v1/users/sue', { body: { role: 'agent' } }),
      sue('PATCH', '/v1/users/ada', { body: { role: 'agent' } }),
    ]);
    const admins = (await desk.work.store.users.list()).filter(({ role }) => role === 'admin');
    expect(admins.length).toBeGreaterThan(0);
    await desk.work.store.users.change('ada', { role: 'admin' });
  });
});

describe('API tokens', () => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await startDesk();
  });
  afterAll(() => desk.stop());

  const bearer = (token: string): Ask => askWith(desk.app, desk.conformity, { authorization: `Bearer ${token}` });
  const aToken = async (user: string, scopes: string[]): Promise<{ token: string; id: string }> => {
    const mine = await desk.as(user);
    const made = await mine('POST', '/v1/tokens', { body: { name: 'script', scopes, expiresInDays: 1 } });
    expect(made.status).toBe(201);
    return { token: made.body.token, id: made.body.details.id };
  };

  test('allow what their scopes name, without CSRF token, and nothing else', async () => {
    const { token } = await aToken('ann', ['read', 'desk']);
    expect((await bearer(token)('PUT', '/v1/presence', { body: { word: 'available' } })).status).toBe(200);
    const readOnly = bearer((await aToken('ann', ['read'])).token);
    expect((await readOnly('GET', '/v1/enquiries')).status).toBe(200);
    const refused = await readOnly('PUT', '/v1/presence', { body: { word: 'busy' } });
    expect(refused.body).toMatchObject({ code: 'wrong-scope', scope: 'desk' });
  });

  test('never allow more than the role of their user', async () => {
    const { token } = await aToken('ann', ['settings', 'people', 'operate']);
    expect((await bearer(token)('GET', '/v1/users')).body.code).toBe('wrong-role');
    expect((await bearer(token)('POST', '/v1/groups', { body: { id: 'x', title: 'X', agents: [] } })).body.code).toBe(
      'wrong-role',
    );
  });

  test('cannot make further tokens', async () => {
    const { token } = await aToken('ada', ['people', 'settings']);
    const refused = await bearer(token)('POST', '/v1/tokens', {
      body: { name: 'more', scopes: ['read'], expiresInDays: 1 },
    });
    expect(refused.body.code).toBe('session-needed');
  });

  test('are stored as digests, and stop when revoked or when their user is disabled', async () => {
    const { token, id } = await aToken('bob', ['read']);
    expect(id).not.toContain(token.slice(3));
    const bob = await desk.as('bob');
    const listed = await bob('GET', '/v1/tokens');
    expect(listed.text).not.toContain(token);
    const carl = await desk.as('carl');
    expect((await carl('DELETE', `/v1/tokens/${id}`)).status).toBe(404);
    expect((await bob('DELETE', `/v1/tokens/${id}`)).status).toBe(204);
    expect((await bearer(token)('GET', '/v1/offers')).body.code).toBe('wrong-token');
    const past = { user: 'ann', name: 'old', scopes: ['read'], createdAt: new Date(0), expiresAt: new Date(1) };
    const { token: expired } = await desk.work.store.apiTokens.create(past);
    expect((await bearer(expired)('GET', '/v1/offers')).body.code).toBe('wrong-token');
    const second = await aToken('bob', ['desk']);
    await desk.work.store.users.change('bob', { disabled: true });
    expect((await bearer(second.token)('GET', '/v1/offers')).body.code).toBe('wrong-token');
  });

  test('that are garbage are refused, whatever cookie comes along', async () => {
    const answer = await request(desk.app).get('/v1/offers').set('authorization', 'Basic abc');
    expect([answer.status, answer.body.code]).toEqual([401, 'wrong-token']);
  });
});

describe('the first admin', () => {
  test('is made once, with a password for a terminal or a link elsewhere', async () => {
    const store = await freshStore();
    const now = new Date();
    const first = await ensureFirstAdmin(store, { now, terminal: true });
    expect(first).toMatchObject({ email: 'admin@localhost', password: expect.stringMatching(/^[a-z2-9]{20}$/) });
    expect(await ensureFirstAdmin(store, { now, terminal: true })).toBeNull();
    expect((await store.users.get('admin'))?.passwordHash).toMatch(/^scrypt\$/);
    await store.close();
    const other = await freshStore();
    const linked = await ensureFirstAdmin(other, { now, terminal: false });
    expect(linked).toMatchObject({ token: expect.any(String) });
    expect((await other.users.get('admin'))?.passwordHash).toBeNull();
    await other.close();
  });
});
