import { readRuntimeFile } from '../../cli/start/runtime-file';
import { aFlow } from '../support/a-flow';
import { ringpost } from '../support/command';
import { anEmail, deliver, mailFor, mailsFor, sendMail } from '../support/customer';
import type { DemoDesk } from '../support/demo-desk';
import { startDeskOnOwnServers, type DeskOnOwnServers } from '../support/desk-on-own-servers';
import { accept, acceptAtOneOf, enquiryOf, entriesOf, offersOf, reply, verdictOn } from '../support/desk-work';
import { found } from '../support/found';
import { freePorts } from '../support/free-ports';
import { startProcess, type ProductProcess } from '../support/product-process';
import { ownServers } from '../servers/started';

jest.setTimeout(300_000);

type Role = 'api' | 'worker' | 'intake';

describe('Ringpost in three processes beside its servers', () => {
  let own: DeskOnOwnServers;
  let desk: DemoDesk;
  let to: string;
  const processes = new Map<Role, ProductProcess>();

  async function start(role: Role): Promise<void> {
    const started = startProcess(['start', role, '--data', desk.product.dataDir], desk.product.environment);
    processes.set(role, started);
    await found(
      `the ${role} to run`,
      () => {
        if (started.ending() !== null) throw new Error(`The ${role} ended:\n${started.output()}`);
        return started.output().includes(`Ringpost ${role} runs.`) ? true : null;
      },
      60_000,
    );
  }

  const kill = (role: Role): Promise<void> | undefined => processes.get(role)?.kill();

  beforeAll(async () => {
    // The first start makes the workspace; from then on the three go on with it.
    own = await startDeskOnOwnServers();
    desk = own.desk;
    const greet = { type: 'auto-reply', template: 'support-received', next: 'route' } as const;
    to = await desk.addressOf(aFlow({ id: 'apart', before: { greet }, ring: { timeout: '8h' } }));
    await desk.product.stop();
    await Promise.all([start('api'), start('worker'), start('intake')]);
  });
  afterAll(async () => {
    await Promise.all([...processes.values()].map((each) => each.stop()));
    await own?.end();
  });

  test('serves a mail from the ring to the answer', async () => {
    const { id, mail } = await desk.write({ to });
    const agent = await acceptAtOneOf([desk.ann, desk.bob], id);
    await reply(agent, id, 'From three processes.');
    await mailFor(desk.product, mail.from, (each) => each.text.includes('From three processes.'));
  });

  test('takes mail while the worker is killed, and goes on with each when a worker is there', async () => {
    const begun = anEmail({ to, subject: 'Killed in the middle' });
    const sending = deliver(desk.product, begun);
    await kill('worker');
    expect((await sending).code).toBe(250);
    const meanwhile = [anEmail({ to }), anEmail({ to })];
    for (const mail of meanwhile) {
      expect(await sendMail(desk.product, mail)).toMatchObject({ code: 250 });
      expect(await verdictOn(desk.admin, mail)).toMatchObject({ verdict: 'started' });
    }
    await start('worker');
    for (const mail of [begun, ...meanwhile]) {
      const { id } = await enquiryOf(desk.admin, mail, 'ringing');
      await mailFor(desk.product, mail.from);
      expect(await entriesOf(desk.admin, mail.messageId)).toMatchObject([{ verdict: 'started', enquiry: id }]);
      expect(await mailsFor(desk.product, mail.from)).toHaveLength(1);
    }
  });

  test('answers "not confirmed yet" to an act while the worker is killed, and the act is done once', async () => {
    const { id, mail } = await desk.write({ to });
    const { offer } = await desk.statusOf(id, 'ringing');
    const agent = offer?.agents[0] === 'ann' ? desk.ann : desk.bob;
    await kill('worker');
    const [ringing] = (await offersOf(agent)).filter((each) => each.enquiry === id);
    if (!ringing) throw new Error('It does not ring.');
    const pending = await accept(agent, ringing);
    expect(pending.status).toBe(202);
    await start('worker');
    expect(await desk.statusOf(id, 'ongoing')).toMatchObject({ assignee: agent.id });
    await reply(agent, id, 'Once.');
    await mailFor(desk.product, mail.from, (each) => each.text.includes('Once.'));
    const answers = (await mailsFor(desk.product, mail.from)).filter((each) => each.autoSubmitted === null);
    expect(answers).toHaveLength(1);
  });

  test('lets a mail be sent again whose intake is killed, and sends what it had queued', async () => {
    const mail = anEmail({ to });
    const sending = deliver(desk.product, mail);
    await kill('intake');
    await start('intake');
    expect((await sending).code).toBe(250);
    const { id } = await enquiryOf(desk.admin, mail, 'ringing');
    expect((await entriesOf(desk.admin, mail.messageId)).map((each) => each.enquiry)).toEqual([id]);
    await mailFor(desk.product, mail.from);
    expect(await mailsFor(desk.product, mail.from)).toHaveLength(1);
  });
});

describe('the API by itself, at its first start', () => {
  test('makes the first admin and no demo, and leaves what commands need', async () => {
    const servers = await ownServers();
    const { mongoUri, temporalAddress } = await servers.start({ fsync: false });
    const [apiPort, smtpPort] = await freePorts(2);
    const environment = {
      MONGODB_URI: mongoUri,
      TEMPORAL_ADDRESS: temporalAddress,
      RINGPOST_API_PORT: String(apiPort),
      RINGPOST_SMTP_PORT: String(smtpPort),
    };
    const folder = ['--data', servers.dataDir];
    const api = startProcess(['start', 'api', ...folder], environment);
    await found('the API to run', () => (/^Stop /m.test(api.output()) ? true : null), 60_000);
    expect(api.output()).toContain('Administrator: admin@localhost');
    expect(await readRuntimeFile(servers.dataDir)).toMatchObject({
      api: `http://127.0.0.1:${apiPort}`,
      smtp: { port: smtpPort },
      demo: null,
    });
    const { out, code } = await ringpost(['user', 'reset-password', 'admin@localhost', ...folder], { environment });
    expect({ out, code }).toEqual({ out: expect.stringContaining('/set-password#'), code: 0 });
    await api.stop();
    await servers.end();
  });
});
