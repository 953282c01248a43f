import { workingDraftId } from '../../store/drafts';
import type { User } from '../../store/users';
import { freshStore, type FreshStore } from '../support/fresh-store';

let store: FreshStore;
const now = new Date('2026-03-02T10:00:00Z');
const later = (ms: number): Date => new Date(now.getTime() + ms);

beforeAll(async () => {
  store = await freshStore();
});
afterAll(() => store.close());

function aUser(id: string, changes: Partial<User> = {}): User {
  const rights = { role: 'agent', groups: [], channels: [] } as const;
  const base = { _id: id, email: `${id}@Example.org`, name: id, passwordHash: null, disabled: false, demo: false };
  return { ...base, ...rights, groups: [], channels: [], createdAt: now, v: 1, ...changes };
}

test('an address signs in one user: of two made at once with one address one is made', async () => {
  const made = await Promise.all([
    store.users.create(aUser('first', { email: 'Same@example.org' })),
    store.users.create(aUser('second', { email: 'same@Example.org' })),
  ]);

  expect(made.filter(Boolean)).toHaveLength(1);
  const user = await store.users.byEmail(' SAME@example.org');
  expect(['first', 'second']).toContain(user?._id);
  expect(await store.users.byEmail('nobody@example.org')).toBeNull();
});

test('a user is changed field by field; demo users that could sign in are told', async () => {
  await store.users.create(aUser('demo-1', { demo: true }));
  await store.users.create(aUser('demo-2', { demo: true, disabled: true }));

  expect(await store.users.change('demo-1', { role: 'supervisor', groups: ['support'] })).toMatchObject({
    role: 'supervisor',
    email: 'demo-1@example.org',
  });
  expect((await store.users.demoUsers()).map((one) => one._id)).toEqual(['demo-1']);
  expect(await store.users.change('nobody', { name: 'x' })).toBeNull();
  expect(await store.users.hasAdmin()).toBe(false);
  await store.users.create(aUser('boss', { role: 'admin' }));
  expect(await store.users.hasAdmin()).toBe(true);
});

const aStart = (user: string) => ({ user, now, ttlMs: 1_000, ip: '192.0.2.1', browser: 'test' });

test('a session is found by its token until it ends, and the token is not stored', async () => {
  const { token, session } = await store.sessions.create(aStart('ann'));

  expect(await store.sessions.find(token, later(999))).toMatchObject({ user: 'ann', csrf: session.csrf });
  expect(await store.sessions.find(token, later(1_000))).toBeNull();
  expect(await store.sessions.find(`${token}x`, now)).toBeNull();
  expect(JSON.stringify(session)).not.toContain(token);
  await store.sessions.end(token);
  expect(await store.sessions.find(token, now)).toBeNull();
});

test('all sessions of a user can be ended, and expired ones swept', async () => {
  const [one, two, other] = await Promise.all([aStart('bob'), aStart('bob'), aStart('cid')].map(store.sessions.create));

  expect(await store.sessions.endAllOf('bob')).toBe(2);
  expect(await store.sessions.find(one?.token ?? '', now)).toBeNull();
  expect(await store.sessions.find(two?.token ?? '', now)).toBeNull();
  expect(await store.sessions.find(other?.token ?? '', now)).not.toBeNull();
  expect(await store.sessions.sweep(later(1_000))).toBeGreaterThanOrEqual(1);
});

test('an API token works until it expires or its user revokes it', async () => {
  const wanted = { user: 'ann', name: 'reports', scopes: ['reports:read'], createdAt: now, expiresAt: later(1_000) };
  const { token, document } = await store.apiTokens.create(wanted);

  expect(await store.apiTokens.find(token, now)).toMatchObject({ scopes: ['reports:read'] });
  expect(await store.apiTokens.find(token, later(1_000))).toBeNull();
  expect(await store.apiTokens.revoke(document._id, 'bob')).toBe(false);
  expect(await store.apiTokens.revoke(document._id, 'ann')).toBe(true);
  expect(await store.apiTokens.find(token, now)).toBeNull();
  expect(await store.apiTokens.ofUser('ann')).toEqual([]);
});

test('a password link works once, in time, and an older one no more', async () => {
  const link = { user: 'ann', purpose: 'reset', expiresAt: later(1_000) } as const;
  const older = await store.passwordLinks.create(link);
  const token = await store.passwordLinks.create(link);

  expect(await store.passwordLinks.find(older, now)).toBeNull();
  expect(await store.passwordLinks.use(token, later(1_000))).toBeNull();
  const uses = await Promise.all([1, 2, 3].map(() => store.passwordLinks.use(token, now)));
  expect(uses.filter(Boolean)).toMatchObject([{ user: 'ann' }]);
  expect(await store.passwordLinks.find(token, now)).toBeNull();
});

const aDraft = (id: string, changes: object = {}) => ({
  _id: id,
  enquiry: 'e-1',
  agent: 'ann',
  html: '<p>Hello</p>',
  text: 'Hello',
  to: ['eve@example.org'],
  cc: [],
  bcc: [],
  subject: 'Re: order',
  attachments: [],
  digest: 'one',
  savedAt: now,
  ...changes,
});

test('a draft is saved over by its own agent only, and no more once it was sent', async () => {
  expect(await store.drafts.save(aDraft('d-1'))).toBe(true);
  expect(await store.drafts.save(aDraft('d-1', { text: 'Hello Eve', digest: 'two' }))).toBe(true);
  expect(await store.drafts.save(aDraft('d-1', { agent: 'bob' }))).toBe(false);

  expect(await store.drafts.markSent('d-1', 'o-1', 'act-1')).toBe('o-1');
  expect(await store.drafts.markSent('d-1', 'o-1', 'act-1')).toBe('o-1');
  expect(await store.drafts.markSent('d-1', 'o-2', 'act-1')).toBe('o-1');
  expect(await store.drafts.markSent('d-1', 'o-2', 'act-2')).toBeNull();
  expect(await store.drafts.save(aDraft('d-1', { text: 'too late' }))).toBe(false);
  expect(await store.drafts.get('d-1')).toMatchObject({ text: 'Hello Eve', sentAs: 'o-1' });
});

test('unsent drafts of an enquiry are listed and can be thrown away by their agent', async () => {
  const id = workingDraftId('e-2', 'ann');
  await store.drafts.save(aDraft(id, { enquiry: 'e-2' }));

  expect((await store.drafts.workingOf('e-2', ['bob', 'ann'])).map((one) => one._id)).toEqual([id]);
  expect(await store.drafts.discard(id, 'bob')).toBe(false);
  expect(await store.drafts.discard(id, 'ann')).toBe(true);
  expect(await store.drafts.workingOf('e-2', ['bob', 'ann'])).toEqual([]);
});

test('a change of settings is kept once, and found newest first by what it was about', async () => {
  const entry = {
    who: 'ann',
    ip: '192.0.2.1',
    what: 'channel.change',
    before: { 'a.b': 1 },
    after: { 'a.b': 2 },
    v: 1,
  };
  await store.audit.add({ ...entry, _id: 'act-1', when: now, about: 'support' });
  await store.audit.add({ ...entry, _id: 'act-2', when: later(5), about: 'support' });
  await store.audit.add({ ...entry, _id: 'act-3', when: later(9), about: 'sales' });
  expect(await store.audit.add({ ...entry, _id: 'act-1', when: later(99), about: 'sales' })).toBe(false);

  expect((await store.audit.list({ about: 'support' })).map((one) => one._id)).toEqual(['act-2', 'act-1']);
  expect((await store.audit.list({ since: later(5), limit: 1 })).map((one) => one._id)).toEqual(['act-3']);
});
