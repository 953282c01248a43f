import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { signedIn } from '../support/colleague';
import { ringpost, startRingpost, type CommandResult } from '../support/command';
import { anEmail, mailFor } from '../support/customer';
import { startDemoDesk, type DemoDesk, type Served } from '../support/demo-desk';
import { close, enquiryOf, reply } from '../support/desk-work';
import { found } from '../support/found';
import { withTemporal } from '../support/temporal-view';

jest.setTimeout(300_000);

describe('commands about a running Ringpost', () => {
  let desk: DemoDesk;
  let served: Served;
  beforeAll(async () => {
    desk = await startDemoDesk();
    served = await desk.served(anEmail({ subject: 'A payment came twice' }));
    await reply(served.agent, served.id, 'We look into it.');
    await mailFor(desk.product, served.mail.from, (each) => each.text.includes('We look into it.'));
    await close(served.agent, served.id);
  });
  afterAll(() => desk?.product.remove());

  const call = (words: string[], environment: Record<string, string> = {}): Promise<CommandResult> =>
    ringpost([...words, '--data', desk.product.dataDir], { environment });

  test('ringpost demo says what did not happen, ends with 1, and leaves no record of an earlier one', async () => {
    const record = join(desk.product.dataDir, 'demo.json');
    await writeFile(record, '{}');
    await desk.admin.patch('/v1/channels/support', { enabled: false });
    const { code, err } = await call(['demo']);
    expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(/^The ledger says held: .*\n.*readyz/) });
    expect(existsSync(record)).toBe(false);
    await desk.admin.patch('/v1/channels/support', { enabled: true });
  });

  describe('ringpost trace', () => {
    test('RE4.1 tells the same story by address, Message-ID and number, oldest first', async () => {
      const { number } = await enquiryOf(desk.sam, served.mail, 'closed');
      for (const word of [served.mail.from, served.mail.messageId, String(number)]) {
        const { code, out, err } = await call(['trace', word]);
        expect({ code, err }).toEqual({ code: 0, err: '' });
        expect(out).toContain(`Enquiry ${number} on support: "A payment came twice"`);
        const sentences = [/Offered by SMTP/, /Verdict started/, /Rings at/, /Queued the reply/, /Now: closed/];
        const places = sentences.map((each) => out.search(each));
        expect(places).not.toContain(-1);
        expect(out).toContain('250 2.0.0');
        expect(places).toEqual(places.toSorted((a, b) => a - b));
      }
    });

    test('tells it as JSON, and also when Temporal has forgotten the run', async () => {
      const { run } = await enquiryOf(desk.sam, served.mail, 'closed');
      const workflowExecution = { workflowId: run?.workflowId ?? '', runId: run?.runId ?? '' };
      await withTemporal(desk.product, async (client) => {
        const { namespace } = desk.product.runtime.temporal;
        await client.workflowService.deleteWorkflowExecution({ namespace, workflowExecution });
        const handle = client.workflow.getHandle(workflowExecution.workflowId);
        const gone = (error: Error): true | null => (error.name === 'WorkflowNotFoundError' ? true : null);
        await found('Temporal to forget the run', () => handle.describe().then(() => null, gone), 60_000);
      });
      const { code, out } = await call(['trace', served.mail.messageId, '--json']);
      expect(code).toBe(0);
      expect(out.trimEnd().split('\n')).toHaveLength(1);
      expect(JSON.parse(out)).toMatchObject({
        nothing: null,
        tales: [{ title: expect.stringContaining('A payment came twice'), lines: expect.any(Array) }],
      });
    });

    test.each([['nobody@nowhere.example'], ['<never@sent.example>'], ['999999']])(
      'says that nothing was offered for %s, by exit code 1 too',
      async (word) => {
        const { code, out, err } = await call(['trace', word]);
        expect({ code, err }).toEqual({ code: 1, err: '' });
        expect(out).toContain(`Nothing was offered to us for "${word}"`);
      },
    );

    test('asks as whom RINGPOST_SIGN_IN names, and says so when that is wrong', async () => {
      const sam = desk.product.runtime.demo?.signIns.find((each) => each.id === 'sam');
      const asSam = await call(['trace', served.mail.from], { RINGPOST_SIGN_IN: `${sam?.email}:${sam?.password}` });
      expect(asSam).toMatchObject({ code: 0, out: expect.stringContaining('A payment came twice') });
      const wrong = await call(['trace', served.mail.from], { RINGPOST_SIGN_IN: 'sam@localhost:not-this' });
      expect(wrong).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/password/i) });
      expect(wrong.err).not.toContain('not-this');
    });
  });

  describe('ringpost user reset-password', () => {
    test('makes a link that sets a password once, and ends the sessions of before', async () => {
      const { code, out } = await call(['user', 'reset-password', 'BOB@localhost']);
      expect(code).toBe(0);
      const [, token = ''] = /^http:\/\/.*\/set-password#(\S+)$/m.exec(out) ?? [];
      const set = (password: string): Promise<Response> =>
        fetch(`${desk.product.runtime.api}/v1/password`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ token, password }),
        });
      expect((await set('a new and long password')).status).toBeLessThan(300);
      const bob = { id: 'bob', email: 'bob@localhost', password: 'a new and long password' };
      expect(await (await signedIn(desk.product, bob)).get('/v1/offers')).toEqual({ items: [] });
      expect((await desk.bob.ask('GET', '/v1/offers')).status).toBe(401);
      expect((await set('another long password')).status).toBeGreaterThanOrEqual(400);
    });

    test('says when there is no such user', async () => {
      const { code, out, err } = await call(['user', 'reset-password', 'eve@localhost']);
      expect({ code, out, err }).toEqual({ code: 1, out: '', err: 'There is no user eve@localhost.\n' });
    });
  });

  test('ringpost demo says who could not sign in', async () => {
    // The password of bob was set anew above; the demo knows the one of the first start.
    const { code, err } = await call(['demo']);
    expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(/bob@localhost/) });
  });

  describe('when Ringpost has stopped', () => {
    beforeAll(() => desk.product.stop());

    test('it has told nothing of errors on its way down', () => {
      expect(desk.product.ending()).toBe('code 0');
      expect(desk.product.output()).not.toMatch(/"level":(40|50|60)/);
    });

    test.each([['demo'], ['trace 17']])('%s says where it should answer and how it is started', async (words) => {
      const { code, out, err } = await call(words.split(' '));
      expect({ code, out }).toEqual({ code: 1, out: '' });
      expect(err).toBe(
        `Ringpost does not answer at ${desk.product.runtime.api}. Is it running? Start it with: npm start\n`,
      );
    });

    test('user reset-password says that the database cannot be reached', async () => {
      const { code, err } = await call(['user', 'reset-password', 'ann@localhost']);
      expect({ code, err }).toMatchObject({ code: 1, err: expect.stringMatching(/^The database cannot be reached\./) });
    });
  });
});

describe('ringpost demo on a fresh start', () => {
  test('plays the whole story, leaves what can be looked up, and ends with 0, twice', async () => {
    const { product } = await startDemoDesk();
    for (const turn of ['first', 'second']) {
      const { code, out, err } = await ringpost(['demo', '--data', product.dataDir]);
      expect({ turn, code, err }).toEqual({ turn, code: 0, err: '' });
      expect(out).toMatch(/All of it happened/);
      const record = JSON.parse(await readFile(join(product.dataDir, 'demo.json'), 'utf8'));
      for (const { file, messageId } of record.received) expect(await readFile(file, 'utf8')).toContain(messageId);
      expect(record.received.map((each: { what: string }) => each.what)).toEqual(['autoReply', 'reply', 'notice']);
      expect(out).toContain(record.workflow.url);
    }
    await product.remove();
  });
});

describe('ringpost demo that is stopped in the middle', () => {
  let desk: DemoDesk;
  beforeAll(async () => {
    desk = await startDemoDesk();
  });
  afterAll(() => desk?.product.remove());

  const openOnes = async () =>
    (await desk.admin.get<{ items: { id: string; status: string; subject: string }[] }>('/v1/enquiries')).items.filter(
      ({ status }) => status !== 'closed',
    );

  test('closes at Ctrl-C what it began; what kill -9 left, the next demo closes, and nothing else', async () => {
    const { id: other } = await desk.served();
    // No mail leaves any more: the demo waits for one in the middle of its story.
    await desk.admin.patch('/v1/channels/support', {
      server: { kind: 'smtp', host: '192.0.2.1', port: 9, tls: 'none' },
    });
    const known = [other];
    const stopDemo = async (signal: NodeJS.Signals): Promise<{ id: string; code: number | null; out: string }> => {
      const { child, ended } = await startRingpost(['demo', '--data', desk.product.dataDir]);
      const isNew = async () => (await openOnes()).find((each) => !known.includes(each.id)) ?? null;
      const { id } = await found('its enquiry', isNew);
      known.push(id);
      child.kill(signal);
      return { id, ...(await ended) };
    };

    expect((await stopDemo('SIGINT')).code).toBe(130);
    expect(await openOnes()).toEqual([expect.objectContaining({ id: other })]);
    const killed = await stopDemo('SIGKILL');
    expect(new Set((await openOnes()).map(({ id }) => id))).toEqual(new Set([other, killed.id]));
    const next = await stopDemo('SIGINT');
    expect(next.out).toContain('Closed what an aborted demo left open: an enquiry');
    expect(await openOnes()).toEqual([expect.objectContaining({ id: other })]);
  });
});
