import { randomBytes } from 'node:crypto';
import { Worker } from '@temporalio/worker';
import { aFlow } from '../support/a-flow';
import { anEmail, sendMail, type Email } from '../support/customer';
import { startDemoDesk, type DemoDesk } from '../support/demo-desk';
import { acceptRing, close, enquiryWhen, messagesOf, reply, verdictOn } from '../support/desk-work';
import { found } from '../support/found';
import { historyText } from '../support/history';
import { testServers } from '../support/servers';
import { publish } from '../support/settings-work';
import { startSmtpSink, type SmtpSink } from '../support/smtp-sink';
import { allHistories, withTemporal } from '../support/temporal-view';
import { quietTemporal } from '../support/work';

jest.setTimeout(300_000);

/** Words that stand nowhere else, one for each place where something personal can be. */
const places = [
  'subject',
  'body',
  'quoted',
  'name',
  'local-part',
  'file-name',
  'file',
  'header',
  'message-id',
  'reply',
  'draft',
  'note',
  'transfer-note',
  'contact-name',
  'colleague-name',
  'server-answer',
  'unknown-recipient',
  'mail-user',
  'mail-password',
  'blocked-reason',
] as const;
const canary = Object.fromEntries(
  places.map((place) => [place, `${place.replace('-', '')}${randomBytes(6).toString('hex')}`]),
) as Record<(typeof places)[number], string>;

/** Ways in which a word may be written in a payload or a text within one. */
function disguises(word: string): string[] {
  const bytes = Buffer.from(word);
  // Base64 of the same bytes has three faces, by where they begin; the edges depend on what stands beside.
  const faces = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .slice(shift === 0 ? 0 : 4)
      .replace(/=+$/, '')
      .slice(0, -2),
  );
  return [word, bytes.toString('hex'), ...faces].map((each) => each.toLowerCase());
}

function aMailFullOfCanaries(to: string): Email {
  const plain = anEmail({ from: `${canary.name} <${canary['local-part']}@customers.example>`, to });
  const head = plain.raw.slice(0, plain.raw.indexOf('MIME-Version'));
  const lines = [
    'MIME-Version: 1.0',
    `X-Ticket: ${canary.header}`,
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    'Content-Type: text/html; charset=utf-8',
    '',
    `<p>Hello, ${canary.body}</p><blockquote>${canary.quoted}</blockquote>`,
    '--b',
    `Content-Type: text/plain; name="${canary['file-name']}.txt"`,
    `Content-Disposition: attachment; filename="${canary['file-name']}.txt"`,
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.from(canary.file).toString('base64'),
    '--b--',
    '',
  ];
  const messageId = `<${canary['message-id']}@customers.example>`;
  const raw = `${head}${lines.join('\r\n')}`
    .replace(/^Subject: .*$/m, `Subject: ${canary.subject}`)
    .replace(/^Message-ID: .*$/m, `Message-ID: ${messageId}`);
  return { ...plain, raw, messageId, subject: canary.subject };
}

describe('what Temporal keeps of an enquiry full of canary words', () => {
  let desk: DemoDesk;
  let smtp: SmtpSink;
  let id: string;

  beforeAll(async () => {
    smtp = await startSmtpSink({
      rcpt: (line) =>
        line.includes(canary['unknown-recipient'])
          ? `550 5.1.1 <${canary['unknown-recipient']}@gone.example>: ${canary['server-answer']}`
          : '250 2.1.5 ok',
    });
    desk = await startDemoDesk({ RINGPOST_PRIVATE_NETWORKS: '127.0.0.0/8' });
    const flow = aFlow({
      id: 'canary',
      before: {
        greet: { type: 'auto-reply', template: 'support-received', next: 'screen' },
        screen: { type: 'blocklist', lists: ['global'], next: { blocked: 'done', clear: 'intent' } },
        intent: {
          type: 'tag',
          rules: [{ when: { containsAny: [{ var: 'message.subject' }, ['refund']] }, add: ['refund'] }],
          next: 'remark',
        },
        remark: { type: 'note', text: '{{ message.from.name }} writes about {{ message.subject }}.', next: 'route' },
      },
      ring: { timeout: '8h' },
    });
    const { admin } = desk;
    await admin.post('/v1/channels', {
      id: 'canary',
      name: 'Canary',
      address: 'canary@localhost',
      flow: await publish(admin, flow),
      server: { kind: 'smtp', host: '127.0.0.1', port: smtp.port, tls: 'none' },
      imap: { host: '127.0.0.1', port: 9, tls: 'none', user: canary['mail-user'], password: canary['mail-password'] },
    });
    await admin.patch('/v1/users/ann', { name: canary['colleague-name'] });
    id = await playEverything();
  });
  afterAll(async () => {
    await desk?.product.remove();
    await smtp?.close();
  });

  /** One enquiry from its mail to its close, with all that people write about it; gives its id. */
  async function playEverything(): Promise<string> {
    const { admin, product } = desk;
    const mail = aMailFullOfCanaries('canary@localhost');
    expect(await sendMail(product, mail)).toMatchObject({ code: 250 });
    const { enquiry } = await verdictOn(admin, mail);
    const it = enquiry ?? '';
    const { offer, contact } = await desk.statusOf(it, 'ringing');
    const [agent, other] = offer?.agents[0] === 'ann' ? [desk.ann, desk.bob] : [desk.bob, desk.ann];
    await acceptRing(agent, it);
    await agent.patch(`/v1/contacts/${contact ?? ''}`, { firstName: canary['contact-name'] });
    await agent.post(`/v1/enquiries/${it}/notes`, { text: canary.note });
    await agent.put(`/v1/enquiries/${it}/draft`, { text: canary.draft });
    await reply(agent, it, canary.reply);
    await agent.post(`/v1/enquiries/${it}/replies`, {
      text: canary.reply,
      to: [`${canary['unknown-recipient']}@gone.example`],
      confirm: ['recipients-changed'],
    });
    await found('the refusal', async () =>
      (await messagesOf(admin, it)).some((each) => each.delivery?.state === 'failed') ? true : null,
    );
    await agent.post(`/v1/enquiries/${it}/transfer`, { to: { agent: other.id }, note: canary['transfer-note'] });
    await acceptRing(other, it);
    await close(other, it, { notify: true });
    await enquiryWhen(admin, it, 'closed', (page) => page.status === 'closed');
    await admin.post('/v1/blocklists/global', { senders: [mail.from], reason: canary['blocked-reason'] });
    await sendMail(product, anEmail({ from: mail.from, to: 'canary@localhost', subject: canary.subject }));
    return it;
  }

  /** All that can be read of every run: history, description, what it says of itself. */
  async function everythingTold(): Promise<Map<string, string>> {
    return withTemporal(desk.product, async (client) => {
      const told = new Map<string, string>();
      for (const [run, history] of await allHistories(client)) told.set(run, historyText(history));
      for await (const { workflowId, runId, status } of client.workflow.list()) {
        const handle = client.workflow.getHandle(workflowId, runId);
        const { raw } = await handle.describe();
        const parts = [historyText({ events: [raw] })];
        if (status.name === 'RUNNING') parts.push(JSON.stringify(await handle.query('__temporal_workflow_metadata')));
        told.set(`${workflowId} ${runId} described`, parts.join('\n'));
      }
      return told;
    });
  }

  test('holds none of them, in no history, summary, attribute, detail or failure, however it is written', async () => {
    await found('the watcher to have failed', async () => {
      const { imap } = await desk.admin.get<{ imap: { state: string } }>('/v1/channels/canary');
      return imap.state === 'failing' ? true : null;
    });
    const told = await everythingTold();
    const words = Object.entries(canary).flatMap(([place, word]) => disguises(word).map((each) => ({ place, each })));
    const leaks = [...told].flatMap(([run, text]) => {
      const lower = text.toLowerCase();
      return words.filter(({ each }) => lower.includes(each)).map(({ place }) => `${run}: ${place}`);
    });
    expect(leaks).toEqual([]);
    // What may be there was read: the run of the enquiry, decoded.
    const own = [...told].filter(([run]) => run.startsWith(`enquiry/${id} `)).map(([, text]) => text);
    expect(own.length).toBeGreaterThanOrEqual(2);
    expect(own.join('\n')).toContain('customers.example');
  });

  test('was played: what people may see holds the words', async () => {
    const shown = JSON.stringify([
      await desk.admin.get(`/v1/enquiries/${id}/messages`),
      await desk.admin.get(`/v1/enquiries/${id}`),
      await desk.admin.get(`/v1/contacts?address=${canary['local-part']}@customers.example`),
      await desk.admin.get('/v1/users'),
    ]);
    for (const place of ['subject', 'body', 'name', 'local-part', 'file-name', 'reply', 'note'] as const) {
      expect({ place, shown: shown.includes(canary[place]) }).toEqual({ place, shown: true });
    }
    expect(smtp.mails.some((mail) => mail.raw.toString().includes(canary.reply))).toBe(true);
  });

  test('replays: every run that was played would do the same again', async () => {
    quietTemporal();
    const broken: Record<string, string> = {};
    await withTemporal(desk.product, async (client) => {
      const runs = [...(await allHistories(client))].map(([workflowId, history]) => ({ workflowId, history }));
      expect(runs.length).toBeGreaterThan(3);
      const bundle = { workflowBundle: { codePath: testServers().workflowBundlePath } };
      for await (const { workflowId, error } of Worker.runReplayHistories(bundle, runs)) {
        if (error) broken[workflowId] = String(error);
      }
    });
    expect(broken).toEqual({});
  });
});
