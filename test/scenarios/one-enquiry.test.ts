import { anAnswerTo, anEmail, deliver, mailFor, mailsFor, sendMail } from '../support/customer';
import { startDemoDesk, type DemoDesk, type Served } from '../support/demo-desk';
import {
  acceptRing,
  close,
  enquiryOf,
  enquiryWhen,
  entriesOf,
  messagesOf,
  reply,
  told,
  verdictOn,
} from '../support/desk-work';

import { expectNothingPersonal, summariesOf, withTemporal } from '../support/temporal-view';
import { found } from '../support/found';

jest.setTimeout(300_000);

/** An enquiry that was answered and closed; Temporal is asked to forget its run, which it does in its own time. */
async function forgottenByTemporal({ product, sam, served }: DemoDesk): Promise<Served> {
  const whole = await served(anEmail({ subject: 'A refund, please' }));
  await reply(whole.agent, whole.id, 'It is on its way.');
  await close(whole.agent, whole.id);
  const { run } = await enquiryOf(sam, whole.mail, 'closed');
  const workflowExecution = { workflowId: run?.workflowId ?? '', runId: run?.runId ?? '' };
  const { namespace } = product.runtime.temporal;
  await withTemporal(product, async (client) =>
    client.workflowService.deleteWorkflowExecution({ namespace, workflowExecution }),
  );
  return whole;
}

describe('the demo workspace', () => {
  let desk: DemoDesk;
  let forgotten: Served;
  beforeAll(async () => {
    desk = await startDemoDesk();
    forgotten = await forgottenByTemporal(desk);
  });
  afterAll(() => desk?.product.remove());

  test('IN1.1 each email becomes or joins an enquiry that runs the flow of its channel', async () => {
    const { product, sam } = desk;
    const first = anEmail({ subject: 'Invoice 4711 is missing' });
    expect(await sendMail(product, first)).toMatchObject({ code: 250 });
    expect(await verdictOn(sam, first)).toMatchObject({ verdict: 'started', kind: 'person', channel: 'support' });
    const enquiry = await enquiryOf(sam, first, 'ringing');
    expect(enquiry).toMatchObject({ flow: { id: 'support-desk', revision: 1 }, tags: ['billing'] });

    const autoReply = await mailFor(product, first.from);
    const answer = anAnswerTo(autoReply, { from: first.from, text: 'It was for March, by the way.' });
    expect(await sendMail(product, answer, autoReply.replyTo[0])).toMatchObject({ code: 250 });
    expect(await verdictOn(sam, answer)).toMatchObject({ verdict: 'joined', enquiry: enquiry.id });

    const other = anEmail({ subject: 'Something else' });
    await sendMail(product, other);
    const second = await enquiryOf(sam, other);
    expect(second.id).not.toBe(enquiry.id);
    expect(second.number).toBe(enquiry.number + 1);
  });

  test('the same mail offered again by the same and by another server is the same enquiry', async () => {
    const { product, sam } = desk;
    const mail = anEmail();
    const other = {
      ...mail,
      raw: `Received: from relay.example by mx.example; ${new Date().toUTCString()}\r\n${mail.raw}`,
    };
    for (const each of [mail, mail, other]) expect(await sendMail(product, each)).toMatchObject({ code: 250 });
    const { enquiry } = await verdictOn(sam, mail);
    const entries = await entriesOf(sam, mail.messageId);
    expect(entries.map(({ verdict, offers }) => `${verdict} ${offers}`).toSorted()).toEqual([
      'duplicate 1',
      'started 2',
    ]);
    expect(entries.every((each) => each.enquiry === enquiry)).toBe(true);
  });

  test('IN2.1 IN2.2 the sender is saved as a contact, his full name as last name until an agent edits it', async () => {
    const from = 'Ludovica Quarantotti <ludovica@customers.example>';
    const { id, agent } = await desk.served(anEmail({ from }));
    const contacts = await agent.get<{ items: { id: string; lastName: string }[] }>(
      '/v1/contacts?address=ludovica@customers.example',
    );
    expect(contacts.items).toMatchObject([{ firstName: '', lastName: 'Ludovica Quarantotti', enquiries: [id] }]);
    const contact = `/v1/contacts/${contacts.items[0]?.id ?? ''}`;
    await agent.patch(contact, { firstName: 'Ludovica', lastName: 'Q.' });
    const next = await desk.served(anEmail({ from }));
    expect(await agent.get(contact)).toMatchObject({
      firstName: 'Ludovica',
      lastName: 'Q.',
      enquiries: [id, next.id],
    });
  });

  test('IN4.3 the auto-reply is sent when a mail starts an enquiry, not on replies', async () => {
    const { product, sam } = desk;
    const { id, mail, autoReply } = await desk.served();
    expect(autoReply).toMatchObject({ autoSubmitted: 'auto-replied', returnPath: '', inReplyTo: mail.messageId });
    for (const text of ['One more thing.', 'And another.']) {
      const answer = anAnswerTo(autoReply, { from: mail.from, text });
      await sendMail(product, answer, autoReply.replyTo[0]);
      expect(await verdictOn(sam, answer)).toMatchObject({ verdict: 'joined', enquiry: id });
    }
    await enquiryWhen(sam, id, 'told of both', () => true);
    await found('both replies to be taken', async () =>
      (await told(sam, id)).split('The contact wrote').length === 3 ? true : null,
    );
    expect(await mailsFor(product, mail.from)).toHaveLength(1);
  });

  test('a request that is repeated with its key is done once', async () => {
    const { product } = desk;
    const { id, mail, agent } = await desk.served();
    const first = await reply(agent, id, 'Dear Mia, it leaves the house today.', 'the-same-key');
    expect(await reply(agent, id, 'Dear Mia, it leaves the house today.', 'the-same-key')).toBe(first);
    await mailFor(product, mail.from, (each) => each.autoSubmitted === null);
    await close(agent, id, { notify: true });
    await mailFor(
      product,
      mail.from,
      (each) => each.subject.startsWith('Re: Where is my order? [') && each.text.includes('closed'),
    );
    const answers = (await mailsFor(product, mail.from)).filter((each) => each.autoSubmitted === null);
    expect(answers).toHaveLength(1);
    expect(answers[0]).toMatchObject({ inReplyTo: mail.messageId, from: 'support@localhost' });
  });

  test('only who serves an enquiry answers it, and the refusal says who that is', async () => {
    const { sam } = desk;
    const { id, agent, other } = await desk.served();
    const refused = await other.ask('POST', `/v1/enquiries/${id}/replies`, { text: 'Let me.' });
    expect(refused).toMatchObject({ status: 409, body: { code: 'not-assigned', by: agent.id } });
    expect((await messagesOf(sam, id)).filter((each) => each.author === other.id)).toEqual([]);
  });

  test('notes and tags are for colleagues: they are kept with their author, and nothing leaves', async () => {
    const { product } = desk;
    const { id, mail, agent, other } = await desk.served();
    await other.post(`/v1/enquiries/${id}/notes`, { text: 'She rang last week about the same parcel.' });
    await agent.post(`/v1/enquiries/${id}/tags`, { add: ['parcel'], remove: [] });
    const note = (await messagesOf(agent, id)).find((each) => each.direction === 'note');
    expect(note).toMatchObject({ author: other.id, newText: 'She rang last week about the same parcel.' });
    expect(await enquiryWhen(agent, id, 'tagged', (page) => page.tags.includes('parcel'))).toMatchObject({
      assignee: agent.id,
    });
    expect(await mailsFor(product, mail.from)).toHaveLength(1);
  });

  test('RO7.2 whom an enquiry is transferred to sees the whole thread', async () => {
    const { sam } = desk;
    const { id, agent, other } = await desk.served(anEmail({ text: 'The lamp flickers.' }));
    await reply(agent, id, 'Which lamp is it?');
    await agent.post(`/v1/enquiries/${id}/transfer`, { to: { agent: other.id }, note: 'You know lamps.' });
    await acceptRing(other, id);
    await enquiryWhen(sam, id, 'with the other', (page) => page.assignee === other.id);
    expect((await messagesOf(other, id)).map(({ direction, newText }) => [direction, newText])).toEqual([
      ['in', expect.stringContaining('The lamp flickers.')],
      ['out', expect.any(String)],
      ['out', expect.stringContaining('Which lamp is it?')],
      ['note', 'You know lamps.'],
    ]);
    await reply(other, id, 'Please send a photo.');
  });

  test('RO9.1 closing tells the contact and ends the thread; without a notice it only ends', async () => {
    const { product, sam } = desk;
    const loud = await desk.served();
    await close(loud.agent, loud.id, { disposition: 'sent again', notify: true });
    const notice = await mailFor(product, loud.mail.from, (each) => each.text.includes('so we have closed it'));
    expect(notice).toMatchObject({ autoSubmitted: 'auto-replied', returnPath: '' });
    expect(await enquiryOf(sam, loud.mail, 'closed')).toMatchObject({ ending: 'resolved', disposition: 'sent again' });
    const late = await loud.agent.ask('POST', `/v1/enquiries/${loud.id}/replies`, { text: 'Too late.' });
    expect(late).toMatchObject({ status: 409, body: { code: 'enquiry-closed' } });

    const quiet = await desk.served();
    await close(quiet.agent, quiet.id, { notify: false });
    await enquiryOf(sam, quiet.mail, 'closed');
    expect(await told(sam, quiet.id)).toContain('Closed without a notice');
    expect(await mailsFor(product, quiet.mail.from)).toHaveLength(1);
  });

  test('RE2.1 a run is readable in Temporal by someone who never saw the code', async () => {
    const { product, sam } = desk;
    const { id, mail, agent } = await desk.served(anEmail({ subject: 'A payment came twice' }));
    await reply(agent, id, 'We look into it.');
    await close(agent, id, { notify: true });
    const { number, run } = await enquiryOf(sam, mail, 'closed');
    await withTemporal(product, async (client) => {
      const handle = client.workflow.getHandle(`enquiry/${id}`);
      expect(run).toEqual({
        workflowId: `enquiry/${id}`,
        runId: expect.any(String),
        url: expect.stringContaining(product.runtime.temporal.ui),
      });
      const result: unknown = await handle.result();
      expect(result).toMatchObject({
        ending: 'resolved',
        path: expect.arrayContaining([
          'screen',
          'tag-intent',
          'acknowledge',
          'route',
          'ring',
          'bind',
          'serve',
          'close-resolved',
        ]),
      });
      const description = await handle.describe();
      expect(await description.staticSummary()).toBe(`support #${number}, from customers.example`);
      const attributes = Object.fromEntries(
        description.typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]),
      );
      expect(attributes).toMatchObject({
        RingpostChannel: 'support',
        RingpostStatus: 'closed',
        RingpostAgent: agent.id,
        RingpostGroup: 'support',
        RingpostFlow: 'support-desk',
        RingpostRevision: 1,
      });
      const summaries = summariesOf(await handle.fetchHistory());
      for (const node of ['screen', 'tag-intent', 'acknowledge', 'ring', 'bind', 'close-resolved']) {
        expect(summaries.join('\n')).toContain(`at "${node}"`);
      }
      await found('the run to be found by its attributes', async () => {
        const { count } = await client.workflow.count(`RingpostStatus = "closed" AND RingpostAgent = "${agent.id}"`);
        return count > 0 ? count : null;
      });
    });
  });

  test('RE2.1 a run that waits says what it waits for, with whom, and until when', async () => {
    const { product } = desk;
    const { id, agent } = await desk.served();
    await withTemporal(product, async (client) => {
      const handle = client.workflow.getHandle(`enquiry/${id}`);
      const metadata = await handle.query<{ currentDetails?: string }>('__temporal_workflow_metadata');
      expect(metadata.currentDetails).toMatch(
        new RegExp(
          `Waits for agent-closed, transfer-requested \\(node "serve"\\); with ${agent.id}, it is the agent's turn, until \\d{4}-`,
        ),
      );
      expect(metadata.currentDetails).toContain(
        'Path: screen > check-sender > tag-intent > acknowledge > route > ring > bind-or-not > bind > serve',
      );
    });
  });

  test.each([
    ['delivery/support', /^Sends the mail of channel support/],
    ['clock', /^Looks every 5 seconds/],
  ])('RE2.1 the run %s, which never ends, says what it is there for', async (workflowId, sentence) => {
    await withTemporal(desk.product, async (client) => {
      const handle = client.workflow.getHandle(workflowId);
      const metadata = await handle.query<{ currentDetails?: string }>('__temporal_workflow_metadata');
      expect(metadata.currentDetails).toMatch(sentence);
    });
  });

  test('RE4.1 the whole story of a mail is told by address, Message-ID or number, also after Temporal has forgotten it', async () => {
    const { product, sam } = desk;
    const { mail, agent } = forgotten;
    const { number, run } = await enquiryOf(sam, mail, 'closed');
    const answer = await mailFor(product, mail.from, (each) => each.autoSubmitted === null);
    await withTemporal(product, async (client) => {
      const handle = client.workflow.getHandle(run?.workflowId ?? '');
      const gone = (): Promise<true | null> =>
        handle.describe().then(
          () => null,
          (error: Error) => error.name === 'WorkflowNotFoundError' || Promise.reject(error),
        );
      await found('Temporal to forget the run', gone, 60_000);
    });
    for (const word of [mail.from, mail.messageId, answer.messageId, String(number)]) {
      const trace = await sam.get<{ tales: { title: string; lines: { sentence: string }[] }[] }>(
        `/v1/trace?word=${encodeURIComponent(word)}`,
      );
      const [tale] = trace.tales;
      expect(tale?.title).toBe(`Enquiry ${number} on support: "A refund, please"`);
      const story = tale?.lines.map((each) => each.sentence).join('\n') ?? '';
      for (const sentence of [
        /Offered by SMTP by .* to support@localhost: "A refund, please"/,
        /Verdict started/,
        /At "tag-intent" \(tag\): Tags were added: billing; outcome done/,
        new RegExp(`Rings at an agent .*\\(${agent.id}\\)`),
        /Why: chosen .* not /,
        new RegExp(`Queued the reply .* to ${mail.from}`),
        /The mail server answered attempt 1: 250 2\.0\.0 Written to/,
        /Now: closed since .* \(resolved\)/,
      ]) {
        expect(story).toMatch(sentence);
      }
    }
    const none = await sam.get<{ nothing: string; tales: unknown[] }>('/v1/trace?word=nobody@nowhere.example');
    expect(none).toMatchObject({
      tales: [],
      nothing: expect.stringContaining('Nothing was offered to us for "nobody@nowhere.example"'),
    });
  });

  test('no sentence, subject, address or name of any mail or note is in any history of Temporal', async () => {
    const { product, admin } = desk;
    const { texts, histories } = await expectNothingPersonal(product, admin);
    expect(texts).toBeGreaterThan(40);
    expect(histories).toBeGreaterThan(10);
  });

  test('mail for an address that nobody serves is refused for good', async () => {
    const { product } = desk;
    const answer = await deliver(product, anEmail({ to: 'nobody@localhost' }));
    expect(answer.code).toBe(550);
  });
});
