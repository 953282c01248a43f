import { aFlow } from '../support/a-flow';
import { newAgent } from '../support/colleague';
import { anAnswerTo, anEmail, mailFor, mailsFor, sendMail } from '../support/customer';
import { startDemoDesk, type DemoDesk } from '../support/demo-desk';
import { acceptRing, enquiryWhen, messagesOf, says, verdictOn } from '../support/desk-work';
import { found } from '../support/found';
import { aGroup } from '../support/settings-work';
import { expectNothingPersonal } from '../support/temporal-view';

jest.setTimeout(300_000);

interface Draft {
  to: string[];
  cc: string[];
  from: { channel: string }[];
  text: string;
  attachments: { name: string }[];
}

describe('writing to contacts and to others', () => {
  let desk: DemoDesk;
  beforeAll(async () => {
    desk = await startDemoDesk({ RINGPOST_UNDO: '0s' });
    await aGroup(desk.admin, 'writers', [desk.ann]);
    await says(desk.bob, 'offline');
  });
  afterAll(() => desk?.product.remove());

  const served = async (id: string, more: object = {}, parts: object = {}) => {
    const to = await desk.addressOf(aFlow({ id, destinations: [{ group: 'writers' }] }), more);
    const { id: enquiry, mail } = await desk.write({ to, ...parts });
    await acceptRing(desk.ann, enquiry);
    await enquiryWhen(desk.admin, enquiry, 'served', (page) => page.status === 'ongoing');
    return { enquiry, mail, to };
  };

  test('DK2.2 DK2.3 an answer goes to everybody of the mail, from agent and team, with files and the signature before the quote', async () => {
    const { product, admin, ann } = desk;
    await admin.put('/v1/groups/writers/letterhead', {
      teamName: 'Writers',
      sender: null,
      signature: '<p>{{ agent.name }} of {{ team.name }}</p>',
    });
    const headers = { Cc: 'Boss <boss@customers.example>, letters@localhost' };
    const { enquiry, mail } = await served('letters', { footer: 'Acme Ltd' }, { headers });
    const draft = await ann.get<Draft>(`/v1/enquiries/${enquiry}/draft`);
    expect([draft.to, draft.cc]).toEqual([[mail.from], ['boss@customers.example']]);
    await ann.ask('POST', `/v1/enquiries/${enquiry}/draft/attachments?name=plan.json`, { plan: 1 });
    const alone = await ann.ask('POST', `/v1/enquiries/${enquiry}/replies`, { text: 'It left.', cc: [] });
    expect(alone).toMatchObject({ status: 409, body: { code: 'recipients-changed' } });
    await ann.post(`/v1/enquiries/${enquiry}/replies`, { text: 'It left.' });
    const answer = await mailFor(product, mail.from);
    expect(answer.deliveredTo).toEqual([mail.from, 'boss@customers.example']);
    expect(answer.raw).toMatch(/^From: "?Ann[^"\r\n]*\(Writers\)/m);
    expect(answer.text).toMatch(/It left\.[^]*of Writers\s+Acme Ltd[^]*wrote:\s+>/);
    expect(answer.raw).toContain('filename=plan.json');
  });

  test('DK2.1 each mail of a thread names the one it answers, and what it quotes can be folded away', async () => {
    const { product, admin, ann } = desk;
    const { enquiry, mail, to } = await served('threads', { quote: 'full' }, { text: 'Is the pump green?' });
    await ann.post(`/v1/enquiries/${enquiry}/replies`, { text: 'It is blue.' });
    const answer = await mailFor(product, mail.from, (each) => each.text.includes('It is blue.'));
    const quoted = answer.text.split('\n').map((line) => `> ${line}`);
    const lines = ['Then two of them.', '', `On Monday ${to} wrote:`, ...quoted].join('\n');
    const back = anAnswerTo(answer, { from: mail.from, text: lines });
    expect(await sendMail(product, back)).toMatchObject({ code: 250 });
    expect(await verdictOn(admin, back)).toMatchObject({ verdict: 'joined', enquiry });
    const thread = (await messagesOf(ann, enquiry)).filter(({ direction }) => direction !== 'note');
    expect(thread.map(({ messageId, inReplyTo }) => [messageId, inReplyTo])).toEqual([
      [mail.messageId, []],
      [answer.messageId, [mail.messageId]],
      [back.messageId, [answer.messageId]],
    ]);
    const last = thread[2];
    expect(last?.newText.trim()).toBe('Then two of them.');
    expect(last?.text).toContain('Is the pump green?');
  });

  test('DK2.4 an answer that is taken back in time never leaves, its words are in the draft, and the turn is the agent’s', async () => {
    const { product, admin, ann } = desk;
    const { enquiry, mail } = await served('hasty');
    const sendAfter = new Date(Date.now() + 600_000).toISOString();
    const done = await ann.post<{ detail: { outbox: string } }>(`/v1/enquiries/${enquiry}/replies`, {
      text: 'Too soon.',
      sendAfter,
    });
    await enquiryWhen(admin, enquiry, 'answered', (page) => page.awaiting === 'contact');
    await ann.post(`/v1/outbox/${encodeURIComponent(done.detail.outbox)}/undo`);
    await enquiryWhen(admin, enquiry, 'the agent’s turn', (page) => page.awaiting === 'agent');
    expect((await ann.get<Draft>(`/v1/enquiries/${enquiry}/draft`)).text).toBe('Too soon.');
    await ann.post(`/v1/enquiries/${enquiry}/replies`, {});
    const answers = await found('the second answer', async () => {
      const mails = await mailsFor(product, mail.from);
      return mails.length > 0 ? mails : null;
    });
    expect(answers).toHaveLength(1);
  });

  test('CH13.1 CH13.2 CH13.3 who reads and answers from an address is granted; the answer leaves from it unless another granted one is chosen, and what comes back there joins', async () => {
    const { product, admin, ann } = desk;
    const eve = await newAgent(product, admin, 'eve');
    const grants = { read: { agents: ['eve'], groups: [] }, answer: { agents: [], groups: ['writers'] } };
    const { enquiry, mail, to } = await served('first-address', { grants });
    const other = await desk.addressOf(aFlow({ id: 'other-address', destinations: [{ group: 'writers' }] }), {
      grants,
    });
    await desk.addressOf(aFlow({ id: 'closed-address', destinations: [{ group: 'writers' }] }));
    expect(await eve.get(`/v1/enquiries/${enquiry}`)).toMatchObject({ channel: 'first-address' });
    const draft = await ann.get<Draft>(`/v1/enquiries/${enquiry}/draft`);
    const from = draft.from.map(({ channel }) => channel);
    expect(from).toEqual(expect.arrayContaining(['first-address', 'other-address']));
    expect(from).not.toContain('closed-address');

    const replies = `/v1/enquiries/${enquiry}/replies`;
    const refused = await ann.ask('POST', replies, { text: 'Hello.', channel: 'closed-address' });
    expect(refused).toMatchObject({ status: 403, body: { code: 'address-not-granted' } });
    await ann.post(replies, { text: 'From the first.' });
    expect(await mailFor(product, mail.from, (each) => each.text.includes('the first'))).toMatchObject({ from: to });
    await ann.post(replies, { text: 'From the other.', channel: 'other-address' });
    const second = await mailFor(product, mail.from, (each) => each.text.includes('the other'));
    expect(second).toMatchObject({ from: other });
    const back = anAnswerTo(second, { from: mail.from });
    expect(await sendMail(product, back)).toMatchObject({ code: 250 });
    expect(await verdictOn(admin, back)).toMatchObject({ verdict: 'joined', enquiry });
  });

  test('a word with a supplier stays apart: his answers show in the enquiry, reach no contact and no flow, and are answered there', async () => {
    const { product, admin, ann } = desk;
    const { enquiry, mail } = await served('aside', { quote: 'full' }, { text: 'My pump is broken.' });
    const supplier = 'Sue Supplier <sue@supplier.example>';
    const asked = { to: ['sue@supplier.example'], text: 'When will it be ready?' };
    const forwards = `/v1/enquiries/${enquiry}/forwards`;
    expect(await ann.ask('POST', forwards, { ...asked, to: [mail.from] })).toMatchObject({
      body: { code: 'wrong-body' },
    });
    await ann.post(forwards, asked);
    const question = await mailFor(product, 'sue@supplier.example');
    expect(question.text).toMatch(/When will it be ready\?[^]*Forwarded message[^]*My pump is broken\./);
    const before = await enquiryWhen(admin, enquiry, 'there', () => true);
    expect(before).toMatchObject({ awaiting: 'agent' });

    await ann.post(`/v1/enquiries/${enquiry}/replies`, { text: 'We ask our supplier.' });
    const answer = anAnswerTo(question, { from: supplier, text: 'In a week, for 90 per cent of the price.' });
    expect(await sendMail(product, answer)).toMatchObject({ code: 250 });
    expect(await verdictOn(admin, answer)).toMatchObject({ verdict: 'joined', enquiry });
    const after = await enquiryWhen(admin, enquiry, 'the agent’s turn', (page) => page.awaiting === 'agent');
    expect(after).toMatchObject({ contact: before.contact, status: 'ongoing' });
    const shown = (await messagesOf(admin, enquiry)).find(
      (each) => each.direction === 'in' && each.newText.includes('90 per'),
    );
    expect(shown).toMatchObject({ seenByContact: false });
    const told = await ann.get<{ items: object[] }>('/v1/notices');
    expect(told.items).toContainEqual(expect.objectContaining({ sort: 'side-answer', enquiry }));

    const replies = `/v1/enquiries/${enquiry}/replies`;
    await ann.post(replies, { text: 'Please go on.', answers: shown?.id });
    const thanks = await mailFor(product, 'sue@supplier.example', (each) => each.text.includes('Please go on.'));
    expect(thanks.deliveredTo).toEqual(['sue@supplier.example']);
    await ann.post(replies, { text: 'It takes a week.' });
    const told2 = await mailFor(product, mail.from, (each) => each.text.includes('It takes a week.'));
    expect(told2.deliveredTo).toEqual([mail.from]);
    expect(told2.raw + told2.text).not.toMatch(/90 per cent|supplier\.example|Please go on/);

    // He names only his own mail now, as some programs do.
    const chained = anEmail({
      from: supplier,
      to: 'aside@localhost',
      headers: { 'In-Reply-To': answer.messageId },
    });
    await sendMail(product, chained);
    expect(await verdictOn(admin, chained)).toMatchObject({ verdict: 'joined', enquiry });
    await ann.post(`/v1/enquiries/${enquiry}/close`, { notify: false });
    const late = anAnswerTo(question, { from: supplier, text: 'It is ready now.' });
    await sendMail(product, late);
    expect(await verdictOn(admin, late)).toMatchObject({ verdict: 'joined', enquiry });
    expect(await enquiryWhen(admin, enquiry, 'still closed', () => true)).toMatchObject({ status: 'closed' });
    await expectNothingPersonal(product, admin, ['sue@supplier', '90 per cent', 'My pump']);
  });
});
