import { startDesk, type Ask, type Desk } from './desk';
import { startOtherSystem, type OtherSystem } from '../support/other-system';

const CANARY = 'canary-secret-of-the-crm';

describe('connections to other systems', () => {
  let desk: Desk;
  let ada: Ask;
  let crm: OtherSystem;
  beforeAll(async () => {
    [desk, crm] = [await startDesk(), await startOtherSystem()];
    ada = await desk.as('ada');
  });
  afterAll(async () => {
    await crm.stop();
    await desk.stop();
  });

  const inside = (rest: object = {}) => ({
    id: 'crm',
    title: 'CRM',
    baseUrl: `${crm.url}/api/`,
    allowInternal: true,
    auth: { kind: 'header', name: 'X-Api-Key', secret: CANARY },
    ...rest,
  });
  const findingsOf = async (asked: ReturnType<Ask>) => (await asked).body.findings as { where: string; what: string }[];

  test('are made by an admin, listed, changed and deleted, and their secret is given to nobody', async () => {
    const made = await ada('POST', '/v1/connections', { body: inside() });
    expect(made.status).toBe(201);
    expect(made.headers['location']).toBe('/v1/connections/crm');
    expect(made.body).toMatchObject({
      id: 'crm',
      baseUrl: `${crm.url}/api`,
      methods: ['GET'],
      auth: { kind: 'header', name: 'X-Api-Key' },
      timeoutMs: 30_000,
    });
    expect((await ada('POST', '/v1/connections', { body: inside() })).body.code).toBe('already-exists');
    const changed = await ada('PATCH', '/v1/connections/crm', { body: { methods: ['GET', 'POST', 'GET'] } });
    expect(changed.body).toMatchObject({ methods: ['GET', 'POST'], secretSince: made.body.secretSince });
    const stored = await desk.work.store.connections.get('crm');
    if (stored?.auth.kind !== 'header') throw new Error('The connection has no secret.');
    expect(desk.work.store.secrets.open(stored.auth.secret)).toBe(CANARY);
    const audit = await ada('GET', '/v1/audit?about=crm');
    expect(audit.body.items.map(({ what }: { what: string }) => what)).toEqual([
      'connection.change',
      'connection.create',
    ]);
    const read = [await ada('GET', '/v1/connections'), await ada('GET', '/v1/connections/crm'), audit, made, changed];
    expect(read.map(({ text }) => text).join('') + JSON.stringify(stored) + desk.logged.join('')).not.toContain(CANARY);
  });

  test('show in the audit that a secret was entered anew, and that the inside was opened', async () => {
    await ada('POST', '/v1/connections', {
      body: inside({ id: 'audited', baseUrl: 'https://192.0.2.7', allowInternal: false }),
    });
    await ada('PATCH', '/v1/connections/audited', {
      body: { allowInternal: true, auth: { kind: 'header', name: 'X-Api-Key', secret: 'another' } },
    });
    const [change] = (await ada('GET', '/v1/audit?about=audited')).body.items;
    expect(Object.keys(change.after).toSorted()).toEqual(['allowInternal', 'secretSince']);
    expect(change).toMatchObject({ who: 'ada', after: { allowInternal: true }, before: { allowInternal: false } });
  });

  test('send a stored secret to no other scheme, host, port or user', async () => {
    await ada('POST', '/v1/connections', { body: inside({ id: 'kept' }) });
    const change = (body: object) => ada('PATCH', '/v1/connections/kept', { body });
    expect(await findingsOf(change({ baseUrl: 'https://evil.example' }))).toMatchObject([{ where: '/auth' }]);
    expect(await findingsOf(change({ baseUrl: crm.url.replace('http', 'https') }))).toMatchObject([{ where: '/auth' }]);
    const header = { kind: 'header', name: 'X-Other' };
    expect(await findingsOf(change({ baseUrl: 'https://192.0.2.9', auth: header }))).toEqual([
      { where: '/auth/secret', what: 'is missing' },
    ]);
    expect(await findingsOf(change({ auth: { kind: 'bearer' } }))).toMatchObject([{ where: '/auth/secret' }]);
    expect((await change({ baseUrl: `${crm.url}/v2`, auth: header })).body).toMatchObject({
      baseUrl: `${crm.url}/v2`,
      auth: header,
    });
    await change({ auth: { kind: 'basic', user: 'ann', secret: 'x' } });
    expect(await findingsOf(change({ auth: { kind: 'basic', user: 'bob' } }))).toMatchObject([
      { where: '/auth/secret' },
    ]);
    expect((await change({ auth: { kind: 'none' } })).body).toMatchObject({
      auth: { kind: 'none' },
      secretSince: null,
    });
  });

  test.each([
    ['/baseUrl', { baseUrl: 'crm.example.com' }],
    ['/baseUrl', { baseUrl: 'ftp://crm.example.com' }],
    ['/baseUrl', { baseUrl: 'https://ada:pw@crm.example.com' }],
    ['/baseUrl', { baseUrl: 'https://crm.example.com/?key=1' }],
    ['/baseUrl', { baseUrl: 'http://192.0.2.1', allowInternal: false }],
    ['/baseUrl', { baseUrl: 'https://127.0.0.1', allowInternal: false }],
    ['/baseUrl', { baseUrl: 'https://[::ffff:10.0.0.1]', allowInternal: false }],
    ['/baseUrl', { baseUrl: 'http://169.254.169.254', allowInternal: true }],
    ['/auth/name', { auth: { kind: 'header', name: 'Host', secret: 'x' } }],
    ['/auth/name', { auth: { kind: 'header', name: 'Content-Length', secret: 'x' } }],
  ])('are refused at %s: %o', async (where, rest) => {
    const refused = await ada('POST', '/v1/connections', { body: inside({ id: 'refused', ...rest }) });
    expect(refused.body).toMatchObject({ code: 'wrong-body', findings: [{ where }] });
  });

  test('are tried: what came of it, and where the values of the answer stand', async () => {
    await ada('POST', '/v1/connections', { body: inside({ id: 'tried' }) });
    const ask = (body: object) => ada('POST', '/v1/connections/tried/try', { body });
    crm.does({ json: { tier: 'gold', 'a/b': [1, null, { ok: true }], echo: CANARY } });
    crm.heard.length = 0;
    const answered = await ask({ method: 'GET', path: '/customers', query: { email: 'bo@example.org' } });
    expect(answered.body).toEqual({
      ok: true,
      status: 200,
      sentence: expect.any(String),
      tookMs: expect.any(Number),
      values: [
        { pointer: '/tier', type: 'string' },
        { pointer: '/a~1b/0', type: 'number' },
        { pointer: '/a~1b/1', type: 'null' },
        { pointer: '/a~1b/2/ok', type: 'boolean' },
        { pointer: '/echo', type: 'string' },
      ],
    });
    expect(crm.heard).toMatchObject([{ path: '/api/customers', query: { email: 'bo@example.org' } }]);
    expect(crm.heard[0]?.headers).toMatchObject({ 'x-api-key': CANARY });
    expect(answered.text + desk.logged.join('')).not.toContain(CANARY);
    crm.does({ status: 503 });
    expect((await ask({ method: 'GET', path: '/' })).body).toMatchObject({ ok: false, status: 503, values: [] });
    expect((await ask({ method: 'POST', path: '/' })).body.sentence).toContain('does not allow this method');
  });

  test('are tried ten times in five minutes, too few to look for open ports', async () => {
    await desk.aUser({ id: 'otto', role: 'admin' });
    const otto = await desk.as('otto');
    const statuses: number[] = [];
    const body = { method: 'POST', path: '/' };
    for (let count = 0; count < 11; count += 1) {
      statuses.push((await otto('POST', '/v1/connections/tried/try', { body })).status);
    }
    expect(statuses).toEqual([...Array<number>(10).fill(200), 429]);
  });

  test('are not taken with an authority that is no certificate', async () => {
    const refused = await ada('POST', '/v1/connections', { body: inside({ id: 'refused', ca: 'no PEM' }) });
    expect(refused.body).toMatchObject({ code: 'wrong-body', findings: [{ where: '/ca' }] });
  });

  test('exist before a flow that names them is published, and stay while one is live', async () => {
    const flow = {
      $schema: 'https://ringpost.dev/schema/flow-1.json',
      id: 'asks',
      title: 'Asks',
      start: 'ask',
      onError: 'end',
      nodes: {
        ask: { type: 'webhook', connection: 'shop', request: { method: 'GET', path: '/' }, next: 'end' },
        end: { type: 'close', reason: 'done', notify: false },
      },
    };
    const saved = await ada('PUT', '/v1/flows/asks/draft', { body: { text: JSON.stringify(flow) } });
    expect(saved.body.findings).toMatchObject([{ code: 'E501', pointer: '/nodes/ask/connection' }]);
    const publication = { expectedSha256: saved.body.flow.draft.sha256, message: 'Ask the shop.' };
    const publish = () => ada('POST', '/v1/flows/asks/publish', { body: publication });
    expect((await publish()).body.code).toBe('flow-has-errors');
    await ada('POST', '/v1/connections', { body: inside({ id: 'shop' }) });
    const { revision } = (await publish()).body;
    await ada('PATCH', '/v1/channels/support', { body: { flow: { id: 'asks', revision } } });
    const used = await ada('DELETE', '/v1/connections/shop');
    expect(used.body).toMatchObject({ code: 'still-used' });
    expect(used.text).toContain('flow \\"asks\\"');
    expect((await ada('DELETE', '/v1/connections/crm')).status).toBe(204);
    expect((await ada('GET', '/v1/connections/crm')).status).toBe(404);
  });
});
