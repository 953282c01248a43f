import { simpleParser } from 'mailparser';
import { aFlow } from '../support/a-flow';
import { anAnswerTo, anEmail, handOver, readEmail, type ReceivedEmail } from '../support/customer';
import { startDemoDesk, type DemoDesk } from '../support/demo-desk';
import { acceptAtOneOf, enquiryOf, enquiryWhen, messagesOf, reply, told, verdictOn } from '../support/desk-work';
import { noDovecot, startDovecot, type Dovecot } from '../support/dovecot';
import { found } from '../support/found';
import { noPostfix, startPostfix, type Postfix } from '../support/postfix';
import { publish } from '../support/settings-work';
import { startSmtpSink, type SmtpSink } from '../support/smtp-sink';

jest.setTimeout(300_000);

const missing = noDovecot() ?? noPostfix();
if (missing !== null) process.stderr.write(`SKIPPED: the scenarios with Dovecot and Postfix, because ${missing}.\n`);
const describeWithServers = missing === null ? describe : describe.skip;

const DESK = 'support@desk.test';

interface ChannelPage {
  imap: { state: string; problem: string | null } | null;
  missing: string[];
}

describeWithServers('a desk whose mailbox is a Dovecot and whose mail leaves by a Postfix', () => {
  let dovecot: Dovecot;
  let postfix: Postfix;
  let elsewhere: SmtpSink;
  let desk: DemoDesk;
  const customer = 'mia.wong@box.test';

  /** Mails of somebody's folder, oldest first. */
  async function mailbox(user: string, folder = 'INBOX'): Promise<ReceivedEmail[]> {
    const uids = (await dovecot.doveadm(['search', '-u', user, 'mailbox', folder, 'all'])).trim().split('\n');
    const mails = uids.filter(Boolean).map(async (line) => {
      const uid = line.split(' ')[1] ?? '';
      const raw = await dovecot.doveadm(['fetch', '-u', user, 'text', 'mailbox', folder, 'uid', uid]);
      return readEmail(raw.replace(/^text:\r?\n/, ''));
    });
    return Promise.all(mails);
  }

  const mailIn = (user: string, words: string, folder?: string): Promise<ReceivedEmail> =>
    found(
      `"${words}" in ${folder ?? 'INBOX'} of ${user}`,
      async () => (await mailbox(user, folder)).find((each) => each.text.includes(words)) ?? null,
      60_000,
    );

  /** Somebody writes by the mail server, as everybody does. */
  const writes = async (mail: ReturnType<typeof anEmail>, rcpt = mail.to): Promise<void> => {
    expect(await handOver({ host: '127.0.0.1', port: postfix.port }, mail, rcpt)).toMatchObject({ code: 250 });
  };

  const whoServes = (id: string) => acceptAtOneOf([desk.ann, desk.bob], id);

  beforeAll(async () => {
    dovecot = await startDovecot();
    elsewhere = await startSmtpSink({ rcpt: '550 5.1.1 there is nobody of that name' });
    const toMailbox = `lmtp:inet:127.0.0.1:${dovecot.lmtpPort}`;
    postfix = await startPostfix({
      'desk.test': toMailbox,
      'box.test': toMailbox,
      // Postfix takes the mail and is told only by the next server; of an `error:` transport it would tell us at once.
      'gone.test': `smtp:[127.0.0.1]:${elsewhere.port}`,
    });
    desk = await startDemoDesk({ RINGPOST_PRIVATE_NETWORKS: '127.0.0.0/8' });
    const greet = { type: 'auto-reply', template: 'support-received', next: 'route' } as const;
    const flow = await publish(desk.admin, aFlow({ id: 'mailbox', before: { greet }, ring: { timeout: '8h' } }));
    // The folder has to be there for a watcher that takes mail "from now on".
    await dovecot.deliver(DESK, anEmail({ to: DESK, subject: 'From before' }).raw);
    await desk.admin.post('/v1/channels', {
      id: 'mailbox',
      name: 'Mailbox',
      address: DESK,
      flow,
      displayName: 'Desk of the test',
      receiveSmtp: false,
      imap: { host: 'localhost', port: dovecot.imapsPort, tls: 'tls', user: DESK, password: 'pw', ca: dovecot.cert },
      server: { kind: 'smtp', host: '127.0.0.1', port: postfix.port, tls: 'none' },
      copyToSent: true,
    });
    await found('the mailbox to be watched', async () => {
      const { imap } = await desk.admin.get<ChannelPage>('/v1/channels/mailbox');
      if (imap?.state === 'failing') throw new Error(`The mailbox cannot be read: ${imap.problem}`);
      return imap?.state === 'watching' ? true : null;
    });
  });
  afterAll(async () => {
    await desk?.product.remove();
    await postfix?.stop();
    await elsewhere?.close();
    await dovecot?.stop();
  });

  test('CH4.2 IN1.1 a mail rings, its answer arrives in the thread with a copy in Sent, and the reply to it joins', async () => {
    const mail = anEmail({ from: `Mia Wong <${customer}>`, to: DESK, subject: 'Lamp 17', text: 'It flickers.' });
    await writes(mail);
    expect(await verdictOn(desk.admin, mail)).toMatchObject({ verdict: 'started', channel: 'mailbox' });
    const { id } = await enquiryOf(desk.admin, mail, 'ringing');
    const agent = await whoServes(id);
    const autoReply = await found(
      'the auto-reply',
      async () => (await mailbox(customer)).find((each) => each.autoSubmitted === 'auto-replied') ?? null,
    );
    expect(autoReply).toMatchObject({ returnPath: '', inReplyTo: mail.messageId, to: [customer] });

    await reply(agent, id, 'Which bulb is in it?');
    const answer = await mailIn(customer, 'Which bulb is in it?');
    expect(answer).toMatchObject({
      from: DESK,
      to: [customer],
      inReplyTo: mail.messageId,
      references: expect.arrayContaining([mail.messageId]),
      autoSubmitted: null,
    });
    expect(answer.subject).toMatch(/^Re: Lamp 17/);
    const copy = await mailIn(DESK, 'Which bulb is in it?', 'Sent');
    expect(copy.messageId).toBe(answer.messageId);
    const [shown] = (await messagesOf(desk.admin, id)).filter((each) => each.messageId === answer.messageId);
    expect(shown).toMatchObject({
      delivery: { state: 'sent', answer: expect.stringMatching(/^250 2\.0\.0 Ok: queued/) },
    });

    const back = anAnswerTo(answer, { from: `Mia Wong <${customer}>`, text: 'An E27.' });
    await writes(back);
    expect(await verdictOn(desk.admin, back)).toMatchObject({ verdict: 'joined', enquiry: id });
    await enquiryWhen(desk.admin, id, "the agent's turn", (page) => page.awaiting === 'agent');
    const idsIn = async (user: string, folder?: string): Promise<Set<string>> =>
      new Set((await mailbox(user, folder)).map((each) => each.messageId));
    expect(await mailbox(customer)).toHaveLength(2);
    expect(await idsIn(DESK, 'Sent')).toEqual(await idsIn(customer));
    expect(await mailbox(DESK, 'Sent')).toHaveLength(2);
  });

  test('mail that was there before the mailbox was watched starts nothing', async () => {
    expect((await mailbox(DESK)).map((each) => each.subject)).toContain('From before');
    const { items } = await desk.admin.get<{ items: { id: string }[] }>('/v1/enquiries?channel=mailbox');
    const subjects = await Promise.all(items.map(async ({ id }) => (await messagesOf(desk.admin, id))[0]?.subject));
    expect(subjects).not.toContain('From before');
  });

  test('an answer that nobody is there to receive comes back as a report: the mail is shown as bounced, the agent told', async () => {
    const mail = anEmail({ from: 'Rob Roe <rob@gone.test>', to: DESK, subject: 'Soon gone', text: 'Bye.' });
    await writes(mail);
    const { id } = await enquiryOf(desk.admin, mail, 'ringing');
    const agent = await whoServes(id);
    const outbox = await reply(agent, id, 'Where do you go?');
    const bounced = await found(
      'the report',
      async () => (await messagesOf(desk.admin, id)).find((each) => each.delivery?.state === 'bounced') ?? null,
      90_000,
    ).catch(async (failure: unknown) => {
      const ledger = JSON.stringify(await desk.admin.get('/v1/ledger'));
      throw new Error(`${String(failure)}\n${ledger}\n${await postfix.log()}`);
    });
    expect(bounced).toMatchObject({ outbox, newText: expect.stringContaining('Where do you go?') });
    expect(bounced.delivery?.answer).toMatch(/rob@gone\.test 5\.1\.1 .*nobody of that name/);
    await found('the story to tell it', async () =>
      (await told(agent, id)).includes('A mail did not arrive, as a delivery report says') ? true : null,
    );
    expect(await enquiryWhen(agent, id, "the agent's turn", (page) => page.awaiting === 'agent')).toMatchObject({
      attention: { why: 'bounced', mail: outbox, automatic: false },
    });
    const needing = await agent.get<{ items: { id: string }[] }>('/v1/enquiries?mine=true&attention=true');
    expect(needing.items.map((each) => each.id)).toEqual([id]);
    const gone = await agent.get<{ items: object[] }>('/v1/undeliverable-addresses');
    expect(gone.items).toEqual([
      expect.objectContaining({ address: 'rob@gone.test', why: 'bounced', status: '5.1.1', mail: outbox, enquiry: id }),
    ]);

    const { items } = await desk.admin.get<{ items: { verdict: string; enquiry: string | null }[] }>(
      '/v1/ledger?verdict=delivery-report',
    );
    expect(items).toContainEqual(expect.objectContaining({ verdict: 'delivery-report', enquiry: id }));
    // The report itself stays in the mailbox, and is not answered.
    const report = (await mailbox(DESK)).find((each) => each.raw.includes('multipart/report'));
    expect((await simpleParser(report?.raw ?? '')).from?.value[0]?.address).toMatch(/^MAILER-DAEMON@/i);
  });

  test('a mailbox whose password is wrong says so in the list of addresses, and goes on once it is right', async () => {
    const page = async (): Promise<ChannelPage> => desk.admin.get<ChannelPage>('/v1/channels/mailbox');
    const imap = { host: 'localhost', port: dovecot.imapsPort, tls: 'tls', user: DESK, ca: dovecot.cert };
    await desk.admin.patch('/v1/channels/mailbox', { imap: { ...imap, password: 'not this' } });
    const failing = await found('the refusal', async () => ((await page()).imap?.state === 'failing' ? page() : null));
    expect(failing.missing.join(' ')).toMatch(/Its mailbox cannot be read: .*password/i);
    await desk.admin.patch('/v1/channels/mailbox', { imap: { ...imap, password: 'pw' } });
    await found('the mailbox to be watched', async () => ((await page()).imap?.state === 'watching' ? true : null));
    const mail = anEmail({ from: `Mia Wong <${customer}>`, to: DESK, subject: 'After the password' });
    await writes(mail);
    expect(await verdictOn(desk.admin, mail)).toMatchObject({ verdict: 'started' });
  });
});
