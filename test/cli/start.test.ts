import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstAdmin, signedIn } from '../support/colleague';
import { ringpost } from '../support/command';
import { found } from '../support/found';
import { freePorts } from '../support/free-ports';
import { startProduct, type Product } from '../support/product';
import { startProcess } from '../support/product-process';
import { serverPids } from '../support/server-pids';

jest.setTimeout(300_000);

/** An address of every machine that is not the loopback's 127.0.0.1, and yet reached by nobody else in a test. */
const PUBLIC = { RINGPOST_BIND_ADDRESS: '0.0.0.0', RINGPOST_PUBLIC_BIND: 'on' };

describe('a start with wrong settings', () => {
  const wrong: Record<string, string> = {
    RINGPOST_API_PORT: '70000',
    RINGPOST_RING_TIMEOUT: '60',
    RINGPOST_FSYNC: 'maybe',
    RINGPOST_MAX_INBOUND: '40',
    RINGPOST_BIND_ADDRESS: 'localhost',
    RINGPOST_SMTP_BIND_ADDRESS: '0.0.0.0',
    RINGPOST_LOG_LEVEL: 'loud',
    RINGPOST_ENGAGEMENT_DAYS: '8',
    RINGPOST_NAMESPACE: 'Ring Post',
    RINGPOST_SECRET_KEY: 'short',
    TEMPORAL_ADDRESS: 'http://temporal:7233',
    MONGODB_URI: 'localhost:27017',
    RINGPOST_RING_TIMOUT: '60s',
  };
  // What a start makes in its folder would have to be removed; it makes nothing.
  const dataDir = join(tmpdir(), 'ringpost-never-made');

  test('does not begin, and names them all at once, each with what is allowed', async () => {
    const { code, err, out } = await ringpost(['start', '--data', dataDir], { environment: wrong });
    expect({ code, out }).toEqual({ code: 1, out: '' });
    const [first, ...lines] = err.trimEnd().split('\n');
    expect(first).toBe('Ringpost does not start, because of wrong settings:');
    const named = lines.map((line) => /^ {2}(\w+): .*; .+/.exec(line)?.[1]);
    expect(new Set(named)).toEqual(new Set(Object.keys(wrong)));
    expect(lines).toHaveLength(Object.keys(wrong).length);
    expect(existsSync(dataDir)).toBe(false);
  });

  test('refuses a fail point outside tests', async () => {
    const environment = { RINGPOST_FAIL_AT: 'outbox.queue', RINGPOST_TEST: 'off', NODE_ENV: 'production' };
    const { code, err } = await ringpost(['start', '--data', dataDir], { environment });
    expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining('RINGPOST_FAIL_AT') });
  });
});

describe('a start on a folder', () => {
  let product: Product;
  beforeAll(async () => {
    product = await startProduct();
  });
  afterAll(() => product?.remove());

  test('that another Ringpost uses says so, and leaves that one alone', async () => {
    const before = serverPids(product.dataDir);
    const { code, err } = await ringpost(['start', '--data', product.dataDir], { environment: product.environment });
    expect({ code, err }).toMatchObject({
      code: 1,
      err: expect.stringContaining('another Ringpost runs on this folder'),
    });
    expect(err).not.toMatch(/^\s+at /m);
    expect(serverPids(product.dataDir)).toEqual(before);
    expect((await fetch(`${product.runtime.api}/readyz`)).status).toBe(200);
  });

  test('of one part says what is missing where no servers run', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ringpost-apart-'));
    const [apiPort = 0, smtpPort = 0] = await freePorts(2);
    const environment = { RINGPOST_API_PORT: String(apiPort), RINGPOST_SMTP_PORT: String(smtpPort) };
    const { code, err } = await ringpost(['start', 'worker', '--data', folder], { environment });
    expect({ code, err }).toMatchObject({ code: 1, err: expect.stringMatching(/cannot be reached/) });
    expect(err).not.toMatch(/^\s+at /m);
    await rm(folder, { recursive: true, force: true });
  });

  test('whose demo users can sign in is refused where other machines reach it, until they are switched off', async () => {
    const admin = await firstAdmin(product);
    await product.stop();
    const refused = await ringpost(['start', '--data', product.dataDir], {
      environment: { ...product.environment, ...PUBLIC },
    });
    expect(refused.code).toBe(1);
    for (const who of ['sam@localhost', 'ann@localhost', 'bob@localhost']) expect(refused.err).toContain(who);
    expect(serverPids(product.dataDir)).toEqual({ temporal: null, database: null });

    await product.start();
    for (const id of ['sam', 'ann', 'bob']) await admin.patch(`/v1/users/${id}`, { disabled: true });
    await product.stop();
    await product.start(PUBLIC);
    expect((await fetch(`http://127.0.0.1:${new URL(product.runtime.api).port}/readyz`)).status).toBe(200);
  });
});

describe('a first start', () => {
  let taken: Server | undefined;
  const folders: string[] = [];
  afterAll(async () => {
    taken?.close();
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  });

  test('where other machines reach it makes no demo users, whose passwords stand in a file', async () => {
    const product = await startProduct(PUBLIC);
    expect(product.runtime.demo).toBeNull();
    expect(await readFile(join(product.dataDir, 'demo-sign-ins.json'), 'utf8')).toBe('[]\n');
    const demo = await ringpost(['demo', '--data', product.dataDir]);
    expect(demo).toMatchObject({ code: 1, err: expect.stringContaining('has no demo workspace') });
    await product.remove();
  });

  test('goes on where a first start died, and misses nothing of its demo workspace', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ringpost-died-'));
    folders.push(folder);
    const [apiPort = 0, smtpPort = 0] = await freePorts(2);
    const ports = { RINGPOST_API_PORT: String(apiPort), RINGPOST_SMTP_PORT: String(smtpPort) };
    for (const point of ['users.create', 'groups.save', 'channels.create']) {
      const child = startProcess(['start', '--data', folder], { ...ports, RINGPOST_FAIL_AT: point });
      await child.ended();
      expect([point, child.ending()]).toEqual([point, 'SIGKILL']);
    }
    const product = await startProduct({ RINGPOST_DATA_DIR: folder });
    const { signIns = [] } = product.runtime.demo ?? {};
    expect(signIns.map(({ id }) => id)).toEqual(['sam', 'ann', 'bob']);
    for (const each of signIns) await signedIn(product, each);
    const admin = await firstAdmin(product);
    const { items } = await admin.get<{ items: object[] }>('/v1/channels');
    expect(items).toMatchObject([{ id: 'support', flow: { id: 'support-desk', revision: 1 } }]);
    expect(await admin.get('/v1/groups')).toMatchObject({ items: [{ id: 'support', agents: ['ann', 'bob'] }] });
    expect(await ringpost(['demo', '--data', folder])).toMatchObject({ code: 0 });
    await product.remove();
  });

  test.each([
    ['RINGPOST_API_PORT', 'The API cannot listen on 127.0.0.1'],
    ['RINGPOST_SMTP_PORT', 'The SMTP listener cannot listen on 127.0.0.1'],
  ])(
    'whose %s another program has says which setting changes it, and ends with its servers',
    async (name, sentence) => {
      taken?.close();
      taken = createServer().listen(0, '127.0.0.1');
      await found('a port', () => taken?.address() ?? null);
      const address = taken.address();
      const port = String(typeof address === 'object' && address ? address.port : 0);
      const folder = await mkdtemp(join(tmpdir(), 'ringpost-port-'));
      folders.push(folder);
      const [apiPort = 0, smtpPort = 0] = await freePorts(2);
      const ports = { RINGPOST_API_PORT: String(apiPort), RINGPOST_SMTP_PORT: String(smtpPort) };
      const { code, err } = await ringpost(['start', '--data', folder], { environment: { ...ports, [name]: port } });
      expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining(sentence) });
      expect(err).toContain(`Set ${name} to another.`);
      expect(serverPids(folder)).toEqual({ temporal: null, database: null });
    },
  );

  test('that is stopped before it runs leaves no server behind', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ringpost-early-'));
    folders.push(folder);
    const [apiPort = 0, smtpPort = 0] = await freePorts(2);
    const child = startProcess(['start', '--data', folder], {
      RINGPOST_API_PORT: String(apiPort),
      RINGPOST_SMTP_PORT: String(smtpPort),
    });
    await found('a server to run', () => (Object.values(serverPids(folder)).some((pid) => pid !== null) ? true : null));
    process.kill(child.pid, 'SIGTERM');
    await child.ended();
    await found('its servers to end', () =>
      Object.values(serverPids(folder)).every((pid) => pid === null) ? true : null,
    );
  });
});
