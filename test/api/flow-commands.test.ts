import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Scope } from '../../api/access';
import { flow as ringpostFlow } from '../../cli/flow';
import { folderWith } from '../flows/command/run-flow';
import { startDesk, type Ask, type Desk } from './desk';

const example = readFileSync(join(__dirname, '../../flows/examples/support-desk.json'), 'utf8');
const tests = readFileSync(join(__dirname, '../../flows/examples/support-desk.test.json'), 'utf8');

describe('ringpost flow pull, push and publish', () => {
  let desk: Desk;
  let ada: Ask;
  let server: Server;
  let url: string;
  let token: string;
  beforeAll(async () => {
    desk = await startDesk();
    ada = await desk.as('ada');
    server = createServer(desk.app).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    token = await aToken('ada', ['read', 'settings']);
  });
  afterAll(async () => {
    server.close();
    await desk.stop();
  });

  async function aToken(user: string, scopes: Scope[]): Promise<string> {
    const at = { createdAt: new Date(), expiresAt: new Date(Date.now() + 3_600_000) };
    return (await desk.work.store.apiTokens.create({ user, name: 'ci', scopes, ...at })).token;
  }

  interface Ran {
    code: number;
    out: string;
    err: string;
  }

  async function run(args: string[], given: { token?: string | null; url?: string | null } = {}): Promise<Ran> {
    const ran: Ran = { code: -1, out: '', err: '' };
    ran.code = await ringpostFlow(args, {
      out: (text) => void (ran.out += text),
      err: (text) => void (ran.err += text),
      stdin: Readable.from([]),
      colours: false,
      server: () => ({ url, token, ...given }),
    });
    return ran;
  }

  const flowNamed = (id: string, changes: [string, string][] = []): string =>
    changes.reduce((text, [from, to]) => text.replace(from, to), example.replace('"support-desk"', `"${id}"`));
  const draftOf = async (id: string) => (await ada('GET', `/v1/flows/${id}`)).body.draft;

  test('a flow with its tests goes from a folder to the server, is published, runs, and comes back byte for byte', async () => {
    const folder = folderWith({
      'there-and-back.json': flowNamed('there-and-back'),
      'there-and-back.test.json': tests,
    });
    const file = join(folder, 'there-and-back.json');
    expect(await run(['push', file])).toEqual({
      code: 0,
      out: `${file}: saved as the draft of "there-and-back".\n`,
      err: '',
    });
    expect((await run(['push', file])).out).toBe(`${file}: the draft of "there-and-back" is this already.\n`);
    const published = await run(['publish', file, '--message', 'first', '--json']);
    expect(published.code).toBe(0);
    expect(JSON.parse(published.out)).toMatchObject({
      flow: 'there-and-back',
      revision: 1,
      channels: [],
      findings: [],
    });
    expect((await run(['publish', file, '--message', 'again'])).out).toContain('revision 1 of "there-and-back"');
    const { items } = (await ada('GET', '/v1/flows/there-and-back/revisions')).body;
    expect(items).toMatchObject([{ revision: 1, message: 'first', by: 'ada' }]);
    const back = folderWith({});
    const pulled = await run(['pull', 'there-and-back', '--into', back]);
    expect(pulled).toMatchObject({ code: 0, out: expect.stringContaining('new, with tests') });
    expect(readFileSync(join(back, 'there-and-back.json'), 'utf8')).toBe(flowNamed('there-and-back'));
    expect(readFileSync(join(back, 'there-and-back.test.json'), 'utf8')).toBe(tests);
    expect((await run(['pull', '--into', back])).out).toContain('there-and-back.json: unchanged');
    const first = await run(['pull', 'there-and-back', '--revision', '1', '--into', back, '--json']);
    expect(JSON.parse(first.out)).toMatchObject({ flow: 'there-and-back', lastRevision: 1 });
  });

  test('what the server finds is printed as check prints it, and nothing is published', async () => {
    const folder = folderWith({ 'wrong.json': flowNamed('wrong', [['"start": "screen"', '"start": "scren"']]) });
    const file = join(folder, 'wrong.json');
    const ran = await run(['publish', file, '--message', 'x']);
    const checked = await run(['check', file]);
    expect(ran.code).toBe(1);
    const [finding] = checked.out.split('\n').filter((line) => line.includes('E201'));
    expect(ran.out).toContain(finding);
    expect(ran.out).toContain(`${file}: not published: `);
    const json = JSON.parse((await run(['publish', file, '--message', 'x', '--json'])).out);
    expect(json.findings[0]).toMatchObject({ code: 'E201', severity: 'error', line: expect.any(Number) });
    expect((await ada('GET', '/v1/flows/wrong/revisions')).body.items).toEqual([]);
  });

  test('a group that the server lacks is found there', async () => {
    const file = join(
      folderWith({ 'nowhere.json': flowNamed('nowhere', [['"default": "support"', '"default": "gone"']]) }),
      'nowhere.json',
    );
    const ran = await run(['push', file, '--json']);
    expect(JSON.parse(ran.out).findings.map(({ code }: { code: string }) => code)).toContain('E501');
    expect(ran.code).toBe(1);
  });

  test('a template that names what the flow has not keeps it from being published', async () => {
    const template = { title: 'Thanks', subject: 'Ticket {{ vars.ticket }}', preview: '', html: '<p>x</p>', text: '' };
    await ada('PUT', '/v1/templates/thanks', { body: template });
    const thanking = flowNamed('thanking', [['"notify": "enquiry-closed"', '"notify": "thanks"']]);
    const file = join(folderWith({ 'thanking.json': thanking }), 'thanking.json');
    const refused = await run(['publish', file, '--message', 'x', '--json']);
    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.out).findings).toEqual([
      expect.objectContaining({ code: 'E303', pointer: '/nodes/close-resolved/notify' }),
    ]);
    await ada('PUT', '/v1/templates/thanks', { body: { ...template, subject: 'Rung {{ vars.rings }} times' } });
    expect((await run(['publish', file, '--message', 'x'])).code).toBe(0);
  });

  test('a test that fails stops the publication and is named with what came otherwise', async () => {
    const failing = JSON.parse(tests) as { tests: { title: string; expect: object }[] };
    failing.tests = failing.tests.slice(0, 1).map((each) => ({ ...each, expect: { ending: 'never' } }));
    const folder = folderWith({ 'tested.json': flowNamed('tested'), 'tested.test.json': JSON.stringify(failing) });
    const file = join(folder, 'tested.json');
    const ran = await run(['publish', file, '--message', 'x']);
    expect(ran.code).toBe(1);
    expect(ran.out).toContain(`FAILED  ${failing.tests[0]?.title}`);
    expect(ran.out).toContain('ending: expected "never"');
    const played = await ada('POST', '/v1/flows/tested/test');
    expect(played.body.tests).toMatchObject([{ failures: [expect.stringContaining('expected "never"')] }]);
    expect((await ada('GET', '/v1/flows/tested')).body.lastRevision).toBe(0);
  });

  test("somebody's unpublished work is not written over, unless it is named or meant", async () => {
    const mine = flowNamed('shared', [['"60s"', '"61s"']]);
    const file = join(folderWith({ 'shared.json': mine }), 'shared.json');
    await ada('PUT', '/v1/flows/shared/draft', { body: { text: flowNamed('shared') } });
    const refused = await run(['push', file]);
    expect(refused).toMatchObject({ code: 1, out: expect.stringContaining('never published: ada saved it at') });
    expect((await draftOf('shared')).text).toBe(flowNamed('shared'));
    const { sha256 } = await draftOf('shared');
    expect((await run(['push', file, '--expected', '0'.repeat(64)])).code).toBe(1);
    expect((await run(['push', file, '--expected', sha256])).code).toBe(0);
    await ada('PUT', '/v1/flows/shared/draft', { body: { text: flowNamed('shared') } });
    expect((await run(['publish', file, '--message', 'x'])).code).toBe(1);
    expect((await run(['publish', file, '--message', 'x', '--force'])).code).toBe(0);
    // What is published is not lost, so that a CI may go on from it.
    writeFileSync(file, flowNamed('shared', [['"60s"', '"62s"']]));
    expect((await run(['publish', file, '--message', 'y'])).out).toContain('revision 2');
  });

  test('tests that stand on the server only are not lost', async () => {
    const folder = folderWith({ 'kept.json': flowNamed('kept'), 'kept.test.json': '{ "tests": [] }' });
    const file = join(folder, 'kept.json');
    await ada('PUT', '/v1/flows/kept/draft', { body: { text: flowNamed('kept'), tests } });
    expect(await run(['push', file])).toMatchObject({
      code: 1,
      out: expect.stringContaining('tests that your file lacks'),
    });
    expect((await draftOf('kept')).tests).toBe(tests);
    const broken = await ada('PUT', '/v1/flows/kept/draft', { body: { text: example, tests: '{}' } });
    expect(broken.body).toMatchObject({ code: 'wrong-body', findings: [{ where: '/tests' }] });
    await ada('PUT', '/v1/flows/kept/draft', { body: { text: flowNamed('kept', [['"60s"', '"61s"']]) } });
    expect((await draftOf('kept')).tests).toBe(tests);
  });

  test.each([
    ['no server', { url: null }, [], 'Which server?'],
    ['no token', { token: null }, [], 'Who asks?'],
    ['a token on the command line', {}, ['--token', 'rp_x'], 'A token on the command line'],
    ['an address that is none', {}, ['--server', 'here'], 'is no address'],
    ['a file without a token', {}, ['--token-file', '/nowhere'], 'cannot be read'],
    ['a server that is away', {}, ['--server', 'http://127.0.0.1:1'], 'does not answer'],
    ['a wrong token', { token: 'rp_wrong' }, [], 'not valid'],
  ])('with %s it ends with 2 and says what to do', async (_what, given, more, sentence) => {
    for (const words of [
      ['pull', '--into', folderWith({})],
      ['push', join(__dirname, '../../flows/examples/two-sites.json')],
    ]) {
      expect(await run([...words, ...more], given)).toMatchObject({ code: 2, err: expect.stringContaining(sentence) });
    }
  });

  test('a token that may only read pulls and cannot push; it may come from a file', async () => {
    const folder = folderWith({ token: `${await aToken('ada', ['read'])}\n`, 'scoped.json': flowNamed('scoped') });
    const file = ['--token-file', join(folder, 'token')];
    expect((await run(['pull', '--into', folder, ...file], { token: null })).code).toBe(0);
    const ran = await run(['push', join(folder, 'scoped.json'), ...file], { token: null });
    expect(ran).toMatchObject({ code: 2, err: expect.stringContaining('token does not allow') });
  });

  test.each(['pull', 'push', 'publish'])('%s explains itself with examples', async (name) => {
    const { code, out } = await run([name, '--help']);
    expect(code).toBe(0);
    expect(out).toMatch(/RINGPOST_TOKEN[\s\S]*Examples:\n {2}ringpost flow/);
  });
});
