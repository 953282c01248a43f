import { openStore } from '../../store';
import { createApp } from '../../api/app';
import { StoreAway } from '../../store/errors';
import { aUser } from '../support/a-user';
import { found } from '../support/found';
import { testServers } from '../support/servers';
import { cuttableProxy } from './cuttable-proxy';
import { askWith, startDesk, type Desk } from './desk';
import { operationsOf } from './wrong-values';

describe('while the database is away', () => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await startDesk();
  });
  afterAll(() => desk.stop());

  test('every request that needs it is answered 503 with Retry-After, and all goes on when it is back', async () => {
    const uri = new URL(testServers().mongoUri);
    const proxy = await cuttableProxy(uri.host);
    uri.host = proxy.address;
    const store = await openStore({
      uri: uri.toString(),
      database: `away-${Date.now()}`,
      dataDir: '/nonexistent',
      secretKey: 'a secret of the tests only',
      fsync: false,
    });
    await store.migrate();
    await store.users.create(aUser('ada', { role: 'admin' }));
    const { token } = await store.sessions.create({
      user: 'ada',
      now: new Date(),
      ttlMs: 3_600_000,
      ip: null,
      browser: null,
    });
    const ask = askWith(createApp({ ...desk.ports, store }), desk.conformity, { cookie: `ringpost_session=${token}` });
    expect((await ask('GET', '/v1/groups')).status).toBe(200);

    proxy.cut();
    const first = await ask('GET', '/v1/enquiries');
    expect([first.status, first.body.code]).toEqual([503, 'store-away']);
    expect(Number(first.headers['retry-after'])).toBeGreaterThan(0);
    await found('the store to be known as away', () => (store.healthy() ? null : true));
    const started = Date.now();
    expect((await ask('GET', '/v1/ledger')).body.code).toBe('store-away');
    expect(Date.now() - started).toBeLessThan(1000);
    for (const { path, method, operation } of operationsOf(desk.document)) {
      if (['live', 'ready', 'openapi'].includes(operation.operationId)) continue;
      const body = operation.requestBody?.content['application/json']?.example;
      const answer = await ask(method, path.replace(/\{\w+\}/g, 'scratch'), body === undefined ? {} : { body });
      expect([operation.operationId, answer.status, answer.body.code]).toEqual([
        operation.operationId,
        503,
        'store-away',
      ]);
    }
    const ready = await ask('GET', '/readyz');
    expect([ready.status, ready.body.lines[0]]).toMatchObject([503, { name: 'store', ok: false, needed: true }]);
    expect((await ask('GET', '/healthz')).status).toBe(200);

    proxy.mend();
    await found('the store back', async () => ((await ask('GET', '/v1/groups')).status === 200 ? true : null), 30_000);
    await store.close();
    await proxy.close();
  });

  test('each dependency has a line of its own', async () => {
    const { body } = await desk.nobody('GET', '/readyz');
    const lines = body.lines.map(({ name, ok }: { name: string; ok: boolean }) => [name, ok]);
    expect(lines).toEqual([
      ['store', true],
      ['temporal', true],
      ['search attributes', true],
      ['mailboxes', true],
      ['deliveries', true],
    ]);
    const missing = createApp({
      ...desk.ports,
      temporalNames: { ...desk.ports.temporalNames, searchAttributes: ['RingpostNone'] },
    });
    const red = await askWith(missing, desk.conformity, {})('GET', '/readyz');
    expect(red.status).toBe(200);
    expect(red.body.lines[2]).toMatchObject({
      ok: false,
      needed: false,
      detail: expect.stringContaining('RingpostNone'),
    });
  });

  test('a database that goes away between two questions is a red line, and the others are told', async () => {
    const { store } = desk.ports;
    const gone = { ...store, mailLogins: { ...store.mailLogins, list: () => Promise.reject(new StoreAway()) } };
    const { status, body } = await askWith(
      createApp({ ...desk.ports, store: gone }),
      desk.conformity,
      {},
    )('GET', '/readyz');
    const lines = body.lines.map(({ name, ok }: { name: string; ok: boolean }) => [name, ok]);
    expect({ status, lines }).toEqual({
      status: 200,
      lines: [
        ['store', true],
        ['temporal', true],
        ['search attributes', true],
        ['work', false],
        ['deliveries', true],
      ],
    });
    expect(body.lines[3].detail).toBe(
      'What waits and what is watched could not be read just now (StoreAway). Ask again.',
    );
  });

  test('a mailbox that fails is a red line, without its address', async () => {
    const { store } = desk.work;
    await store.mailLogins.create({
      _id: 'support-imap',
      channel: 'support',
      protocol: 'imap',
      host: 'imap.secret.test',
      port: 993,
      tls: 'tls',
      user: 'canary',
      secret: '',
      folder: 'INBOX',
      generation: 1,
      cursor: null,
      state: { word: 'failing', since: new Date(), problem: 'canary: wrong password', lastSeenAt: null },
      enabled: true,
      ca: null,
      v: 1,
    });
    const { body, text } = await desk.nobody('GET', '/readyz');
    expect(body.lines.find(({ name }: { name: string }) => name === 'mailbox support-imap').ok).toBe(false);
    expect(text).not.toMatch(/canary|secret\.test/);
  });

  test('requests are counted by route, never by address', async () => {
    const ada = await desk.as('ada');
    await ada('GET', '/v1/enquiries/canary-id');
    const { text } = await ada('GET', '/metrics');
    expect(text).toContain('ringpost_http_request_seconds_count{route="readEnquiry",method="GET",status="404"} 1');
    expect(text).not.toContain('canary');
  });
});
