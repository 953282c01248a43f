/** The way of a change: written, tested, tried on last week, a canary, and back; by the command line and by the API. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { flow as ringpostFlow } from '../../cli/flow';
import { revisionFor } from '../../flows';
import { found } from '../support/found';
import { anEnquiry } from '../support/mails-of-work';
import { act } from '../support/work';
import { folderWith } from '../flows/command/run-flow';
import type { ReceivedMail } from '../../api/ports';
import { jobEnded, startDesk, type Ask, type Desk } from './desk';

const example = readFileSync(join(__dirname, '../../flows/examples/support-desk.json'), 'utf8');
const tests = readFileSync(join(__dirname, '../../flows/examples/support-desk.test.json'), 'utf8');
const mailFacts = { 'message.text': 'Hi', 'engagement.agentAvailable': false };
const changed = example.replace('"refund"', '"hello"');

describe('a change of a flow', () => {
  let desk: Desk;
  let ada: Ask;
  let server: Server;
  let url: string;
  let token: string;
  let number = 0;
  beforeAll(async () => {
    desk = await startDesk();
    ada = await desk.as('ada');
    server = createServer(desk.app).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const life = { createdAt: new Date(), expiresAt: new Date(Date.now() + 3_600_000) };
    token = (await desk.work.store.apiTokens.create({ user: 'ada', name: 'ci', scopes: ['read', 'settings'], ...life }))
      .token;
  });
  afterAll(async () => {
    server.close();
    await desk.stop();
  });

  async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
    const ran = { code: -1, out: '', err: '' };
    ran.code = await ringpostFlow(args, {
      out: (text) => void (ran.out += text),
      err: (text) => void (ran.err += text),
      stdin: Readable.from([]),
      colours: false,
      server: () => ({ url, token }),
    });
    return ran;
  }
  const stored = (id: string) => desk.work.store.enquiries.get(id);
  async function closed(subject: string): Promise<void> {
    const id = await served(subject);
    const agent = (await stored(id))?.assignee ?? '';
    expect(await act(desk.work, id, 'close', { agent, notify: false })).toEqual({ ok: true });
    await found('it is closed', async () => ((await stored(id))?.closedAt ? true : null));
  }
  async function served(subject: string): Promise<string> {
    const from = `person-${++number}@customers.test`;
    const id = await anEnquiry(desk.work, { subject, text: 'I have a question.', from, number });
    const ringing = await found('it rings', async () => {
      const enquiry = await stored(id);
      return enquiry?.ringing[0] ? enquiry : null;
    });
    expect(await act(desk.work, id, 'take', { agent: ringing.ringing[0] ?? '' })).toEqual({ ok: true });
    await found('it is served', async () => ((await stored(id))?.state?.rest?.kind === 'wait' ? true : null));
    return id;
  }

  test('RE3.3 by the command line: a misspelt variable is told with its line, tests pass, last week is tried, a canary of 10 % runs, and it rolls back', async () => {
    const misspelt = example.replace('"message.subject"', '"message.subjekt"');
    const folder = folderWith({ 'support-desk.json': misspelt, 'support-desk.test.json': tests });
    const file = join(folder, 'support-desk.json');
    const line = misspelt.split('\n').findIndex((each) => each.includes('message.subjekt')) + 1;
    const check = await run('check', file);
    expect(check).toMatchObject({
      code: 1,
      out: expect.stringMatching(new RegExp(`${line}:\\d+ +error +E303.*message\\.subject`)),
    });
    writeFileSync(file, changed);
    expect((await run('check', file)).code).toBe(0);
    expect((await run('test', file)).code).toBe(0);
    await closed('hello there');
    await closed('Where is it?');
    const open = await served('Question');
    const backtest = await run('backtest', file, '--of', 'support', '--last', '100');
    expect(backtest.err).toBe('');
    expect(backtest).toMatchObject({ code: 1, out: expect.stringContaining('tag-intent: 1 mail') });
    expect(backtest.out).toContain('other tags');
    const published = await run('publish', file, '--message', 'Hello is billing', '--json');
    const { revision } = JSON.parse(published.out);
    expect(revision).toBe(2);
    expect(await run('live', 'support', '--canary', '2', '--percent', '10')).toMatchObject({
      code: 0,
      out: expect.stringContaining('Canary: 10 % of new enquiries begin with revision 2.'),
    });
    const live = (await desk.work.store.channels.get('support'))?.flow;
    const ids = Array.from({ length: 1000 }, (_, each) => `e-${each}`);
    const share = ids.filter((id) => live && revisionFor(live, id) === 2).length;
    expect(share).toBeGreaterThan(70);
    expect(share).toBeLessThan(130);
    expect((await run('live', 'support', '--promote')).out).toContain('1 enquiry still on revision 1:');
    const back = await run('live', 'support', '--back');
    expect(back).toMatchObject({ code: 0, out: expect.stringContaining('runs revision 1 of "support-desk"') });
    expect((await stored(open))?.flow.revision).toBe(1);
    const dry = await run('migrate', 'support-desk', '--from', '1', '--to', '2', '--dry-run');
    expect(dry).toMatchObject({ code: 0, out: '1 could go on, 0 could not.\n' });
    const kept = await run('save-test', open, '--title', 'a question that is served');
    expect(kept).toMatchObject({ code: 0, out: expect.stringContaining('Kept as a test of "support-desk".') });
    expect((await run('pull', 'support-desk', '--into', folder)).code).toBe(0);
    expect(readFileSync(join(folder, 'support-desk.test.json'), 'utf8')).toContain('a question that is served');
    expect((await run('test', file)).code).toBe(0);
    expect((await run('live', 'support', '--stop-mail', '1', '--reason', 'A trial.')).out).toContain(
      '1 enquiry may send',
    );
  });

  test('the same by the API, and running enquiries stay on their revision', async () => {
    await ada('PUT', '/v1/channels/support/live', { body: { revision: 1 } });
    const before = await served('hello again');
    const saved = await ada('PUT', '/v1/flows/support-desk/draft', {
      body: { text: example.replace('"refund"', '"question"'), tests },
    });
    expect(saved.body.findings.filter((each: { severity: string }) => each.severity === 'error')).toEqual([]);
    expect(
      (await ada('POST', '/v1/flows/support-desk/test')).body.tests.every(
        (each: { failures: string[] }) => each.failures.length === 0,
      ),
    ).toBe(true);
    const started = await ada('POST', '/v1/backtests', { body: { channel: 'support', last: 100 } });
    const job = await jobEnded(ada, started.body.id);
    expect(job).toMatchObject({ state: 'done', kind: 'backtest', about: 'support', problem: null });
    expect(job.result.mails).toBeGreaterThanOrEqual(3);
    expect(job.result.nodes[0]).toMatchObject({ node: 'tag-intent' });
    const [mail] = job.result.nodes[0].differences[0].mails;
    const traced = await ada('GET', `/v1/backtests/${job.id}/mails/${mail}`);
    expect(traced.status).toBe(200);
    expect(traced.body.live.path).toContain('tag-intent');
    expect(traced.body.draft.trace.length).toBeGreaterThan(3);
    expect((await ada('GET', `/v1/backtests/${job.id}/mails/999999`)).body.code).toBe('not-found');
    const body = { expectedSha256: saved.body.flow.draft.sha256, message: 'Questions are billing' };
    const { revision } = (await ada('POST', '/v1/flows/support-desk/publish', { body })).body;
    await ada('PUT', '/v1/channels/support/canary', { body: { revision, percent: 10 } });
    await ada('POST', '/v1/channels/support/canary/promote');
    const back = await ada('PUT', '/v1/channels/support/live', { body: { revision: 1 } });
    expect(back.body.live).toMatchObject({ revision: 1, previous: revision });
    expect((await stored(before))?.flow.revision).toBe(1);
    const nowhere = await ada('POST', '/v1/backtests', { body: { channel: 'support', from: 'mailbox' } });
    expect(nowhere.body).toMatchObject({ code: 'wrong-state', state: 'no-mailbox' });
    const broken = await ada('POST', '/v1/backtests', { body: { channel: 'support', text: '{' } });
    expect(broken.body.code).toBe('flow-has-errors');
  });

  test('a mailbox is read for a backtest: threads and copies are left out, and it can be stopped', async () => {
    const { store } = desk.work;
    const received = (name: string, subject: string, more: { id?: string; answers?: string[] } = {}): ReceivedMail => ({
      mail: { name, scenario: { facts: { ...mailFacts, 'message.subject': subject }, enquiry: name } },
      messageId: more.id ?? `<${name}@x.test>`,
      answers: more.answers ?? [],
      contentHash: subject,
    });
    const mails: ReceivedMail[] = [
      received('uid-1', 'hello'),
      received('uid-2', 'Re: hello', { answers: ['<uid-1@x.test>'] }),
      received('uid-3', 'hello', { id: '<uid-1@x.test>' }),
      { name: 'uid-4', error: 'It is no mail.' },
      received('uid-5', 'Question'),
    ];
    const endless = { on: false };
    desk.ports.mail.recentMail = async function* read() {
      yield* mails;
      for (let number = 100; endless.on; number++) yield received(`uid-${number}`, `Question ${number}`);
    };
    const channel = await store.channels.get('support');
    await store.channels.change('support', { receive: { smtp: true, login: 'support-imap' }, settings: {} });
    const start = async () => {
      const body = { channel: 'support', text: changed, from: 'mailbox', answers: 'accepted', days: 3 };
      return (await ada('POST', '/v1/backtests', { body })).body;
    };
    const job = await jobEnded(ada, (await start()).id);
    expect(job).toMatchObject({ state: 'done', done: 5, result: { mails: 2, same: 1, different: 1 } });
    expect(job.result.left).toEqual({ joined: 1, duplicate: 1, 'not-kept': 0, unreadable: 1 });
    const traced = await ada('GET', `/v1/backtests/${job.id}/mails/uid-1`);
    expect(traced.body).toMatchObject({ node: 'tag-intent', differences: [{ what: 'tags', draft: 'billing' }] });
    endless.on = true;
    const { id } = await start();
    await found('it is under way', async () => ((await ada('GET', `/v1/jobs/${id}`)).body.done > 0 ? true : null));
    expect((await ada('DELETE', `/v1/jobs/${id}`)).body.cancelling).toBe(true);
    expect(await jobEnded(ada, id)).toMatchObject({ state: 'cancelled', kind: 'backtest' });
    endless.on = false;
    if (channel) await store.channels.change('support', { receive: channel.receive });
  });
});
