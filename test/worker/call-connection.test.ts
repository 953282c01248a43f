import { createConnectionCaller, MAX_BYTES } from '../../worker/call-connection';
import { createHostResolver, type HostResolver } from '../../worker/resolve-host';
import { createSecrets } from '../../store/secrets';
import type { ConnectionRequest } from '../../activities/ports';
import type { Connection } from '../../store/connections';
import { selfSignedCertificate } from '../../mail/receivers/self-signed';
import { startOtherSystem, type Does, type OtherSystem } from '../support/other-system';

const secrets = createSecrets('a secret of the tests only');
const sealed = secrets.seal('canary-secret');
const get: ConnectionRequest = {
  method: 'GET',
  path: '/customers',
  query: {},
  timeoutMs: 20_000,
  wantsAnswer: true,
  key: 'enquiry/node/1',
};

let crm: OtherSystem;
beforeAll(async () => void (crm = await startOtherSystem()));
afterAll(() => crm.stop());
beforeEach(() => {
  crm.heard.length = 0;
  crm.does({ json: { tier: 'gold' } });
});

const connection = (rest: Partial<Connection> = {}): Connection => ({
  _id: 'crm',
  title: 'CRM',
  baseUrl: `${crm.url}/api`,
  methods: ['GET', 'POST', 'PUT'],
  auth: { kind: 'none' },
  secretSince: null,
  allowInternal: true,
  timeoutMs: 30_000,
  ca: null,
  v: 1,
  ...rest,
});
const call = (
  request: Partial<ConnectionRequest> = {},
  to: Partial<Connection> = {},
  resolveHost: HostResolver = createHostResolver(''),
) => createConnectionCaller({ secrets, resolveHost })(connection(to), { ...get, ...request });
const failed = (code: string, rest: object = {}) => ({ failed: { code, ...rest } });

describe('a connection', () => {
  test('is asked below its address, with query and headers, and gives the JSON that was answered', async () => {
    expect(await call({ query: { email: 'mia+1@example.org' } })).toEqual({ status: 200, answer: { tier: 'gold' } });
    expect(crm.heard).toMatchObject([{ method: 'GET', path: '/api/customers', query: { email: 'mia+1@example.org' } }]);
    expect(crm.heard[0]?.headers).toMatchObject({ host: `127.0.0.1:${crm.port}`, accept: 'application/json' });
    expect(crm.heard[0]?.headers).not.toHaveProperty('idempotency-key');
  });

  test.each([
    ['POST', 'enquiry/node/1'],
    ['PUT', undefined],
  ] as const)('sends a body as JSON; a %s that may not be done twice carries its key', async (method, key) => {
    await call({ method, body: { note: 'Grüße' } });
    const [heard] = crm.heard;
    expect({ body: JSON.parse(heard?.body ?? ''), key: heard?.headers['idempotency-key'] }).toEqual({
      body: { note: 'Grüße' },
      key,
    });
    expect(heard?.headers['content-type']).toBe('application/json');
  });

  test.each([
    [{ kind: 'bearer', secret: sealed }, { authorization: 'Bearer canary-secret' }],
    [{ kind: 'basic', user: 'desk', secret: sealed }, { authorization: 'Basic ZGVzazpjYW5hcnktc2VjcmV0' }],
    [{ kind: 'header', name: 'X-Api-Key', secret: sealed }, { 'x-api-key': 'canary-secret' }],
  ] as const)('says who we are: %o', async (auth, header) => {
    await call({}, { auth });
    expect(crm.heard[0]?.headers).toMatchObject(header);
  });

  test('is not asked with a secret that was sealed with another key', async () => {
    const other = createSecrets('another secret of the tests').seal('x');
    expect(await call({}, { auth: { kind: 'bearer', secret: other } })).toEqual(failed('secret-unreadable'));
    expect(crm.heard).toEqual([]);
  });

  test('is not asked by a method it does not allow', async () => {
    expect(await call({ method: 'DELETE' })).toEqual(failed('method-not-allowed'));
    expect(crm.heard).toEqual([]);
  });

  test.each<[string, Does, object]>([
    ['is away for now', { status: 503 }, failed('status', { status: 503, again: true })],
    [
      'has too much to do',
      { status: 429, headers: { 'retry-after': '7' } },
      failed('status', { status: 429, again: true, pauseMs: 7000 }),
    ],
    ['does not know', { status: 404, text: 'mia@example.org is unknown' }, failed('status', { status: 404 })],
    ['hangs up', 'hang up', failed('no-answer', { again: true })],
    [
      'sends us elsewhere on this machine',
      { status: 302, headers: { location: 'http://127.0.0.1:4080/v1/users' } },
      failed('redirected', { status: 302 }),
    ],
    [
      'answers with a page',
      { status: 200, headers: { 'content-type': 'text/html' }, text: '<p>Hello</p>' },
      failed('not-json', { status: 200 }),
    ],
    [
      'answers with what only says it is JSON',
      { status: 200, headers: { 'content-type': 'application/json' }, text: '{"tier": gold}' },
      failed('not-json', { status: 200 }),
    ],
    [
      'answers more than is read',
      { status: 200, headers: { 'content-type': 'application/json' }, text: `"${'x'.repeat(MAX_BYTES)}"` },
      failed('too-large', { status: 200 }),
    ],
  ])('that %s is told by a code, without a word of what was said', async (_what, does, answer) => {
    crm.does(does);
    expect(await call()).toEqual(answer);
    expect(crm.heard).toHaveLength(1);
  });

  test('that is slow is left after its time, or the shorter time of the connection', async () => {
    crm.does('silence');
    expect(await call({ timeoutMs: 50 })).toEqual(failed('timed-out', { again: true }));
    expect(await call({}, { timeoutMs: 50 })).toEqual(failed('timed-out', { again: true }));
  });

  test('whose name takes too long to find is left after the same time', async () => {
    const never: HostResolver = () => new Promise(() => undefined);
    expect(await call({ timeoutMs: 50 }, {}, never)).toEqual(failed('timed-out', { again: true }));
  });

  test('is left at once when this process stops', async () => {
    const never: HostResolver = () => new Promise(() => undefined);
    expect(await call({ signal: AbortSignal.abort() }, {}, never)).toEqual(failed('timed-out', { again: true }));
    crm.does('silence');
    const stopping = new AbortController();
    const asked = call({ signal: stopping.signal });
    stopping.abort();
    expect(await asked).toEqual(failed('timed-out', { again: true }));
  });

  test('reads no answer where nothing is to be kept', async () => {
    crm.does({ status: 204 });
    expect(await call({ wantsAnswer: false })).toEqual({ status: 204, answer: null });
  });

  test('is asked at the address that was checked, whatever its name says a moment later', async () => {
    const asked: string[] = [];
    const once: HostResolver = async (host) => (asked.push(host), '127.0.0.1');
    const baseUrl = `http://crm.nowhere.invalid:${crm.port}`;
    expect(await call({}, { baseUrl }, once)).toMatchObject({ status: 200 });
    expect(asked).toEqual(['crm.nowhere.invalid']);
    expect(crm.heard[0]?.headers.host).toBe(`crm.nowhere.invalid:${crm.port}`);
  });

  test.each([
    'https://127.0.0.1',
    'https://2130706433',
    'https://0x7f.1',
    'https://[::1]',
    'https://[::ffff:127.0.0.1]',
    'https://10.0.0.1',
    'https://169.254.169.254',
    'https://[fd00:ec2::254]',
    'https://localhost',
  ])('inside this machine or network is not reached without leave: %s', async (baseUrl) => {
    expect(await call({}, { baseUrl, allowInternal: false })).toEqual(failed('address-forbidden'));
  });

  test.each(['http://169.254.169.254', 'http://0.0.0.0', 'http://[fe80::1]', 'http://100.100.100.200'])(
    'is never reached at %s',
    async (baseUrl) => {
      expect(await call({}, { baseUrl })).toEqual(failed('address-forbidden'));
    },
  );

  test('is never a port of our own', async () => {
    const resolve = createHostResolver('', [crm.port]);
    expect(await call({}, {}, resolve)).toEqual(failed('address-forbidden'));
    expect(crm.heard).toEqual([]);
  });

  test('is asked without TLS only inside', async () => {
    const outside = { baseUrl: `http://crm.example.org:${crm.port}`, allowInternal: false };
    expect(await call({}, outside, async () => '127.0.0.1')).toEqual(failed('address-forbidden'));
  });

  test.each(['/../secret', '//other.example.org/x', '/a/..%2f..', '/%2e%2e/secret', 'customers'])(
    'is asked nowhere beside its address: %s',
    async (path) => {
      const answer = await call({ path });
      for (const { path: heard, headers } of crm.heard) {
        expect(heard.startsWith('/api/')).toBe(true);
        expect(headers.host).toBe(`127.0.0.1:${crm.port}`);
      }
      if (crm.heard.length === 0) expect(answer).toEqual(failed('wrong-path'));
    },
  );

  test('is not asked with more than it may be', async () => {
    expect(await call({ method: 'POST', body: 'x'.repeat(MAX_BYTES) })).toEqual(failed('request-too-large'));
    expect(await call({ query: { text: 'x'.repeat(9000) } })).toEqual(failed('request-too-large'));
  });
});

describe('a connection over TLS', () => {
  const pair = selfSignedCertificate('crm.desk.test');
  let secure: OtherSystem;
  beforeAll(async () => void (secure = await startOtherSystem(pair)));
  afterAll(() => secure.stop());
  const here: HostResolver = async () => '127.0.0.1';
  const at = (host: string, ca: string | null) => ({ baseUrl: `https://${host}:${secure.port}`, ca });

  test('is trusted by its authority and name, not by the address we connect to', async () => {
    expect(await call({}, at('crm.desk.test', pair.cert), here)).toMatchObject({ status: 200 });
    expect(await call({}, at('crm.desk.test', null), here)).toEqual(failed('not-trusted'));
    expect(await call({}, at('other.desk.test', pair.cert), here)).toEqual(failed('not-trusted'));
  });
});
