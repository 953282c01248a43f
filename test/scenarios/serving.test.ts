import type { Flow } from '../../flows/flow';
import { aFlow, type FlowParts } from '../support/a-flow';
import { newAgent, signedInByLink } from '../support/colleague';
import { anAnswerTo, anEmail, mailFor, mailsFor, sendMail, type Email } from '../support/customer';
import { startDemoDesk, type DemoDesk } from '../support/demo-desk';
import {
  acceptAtOneOf,
  acceptRing,
  close,
  enquiryOf,
  enquiryWhen,
  messagesOf,
  reply,
  ringAt,
  says,
  told,
  verdictOn,
} from '../support/desk-work';
import { found } from '../support/found';
import { aGroup } from '../support/settings-work';
import { expectNothingPersonal } from '../support/temporal-view';

jest.setTimeout(300_000);

describe('contacts, agents and threads over several mails', () => {
  let desk: DemoDesk;
  beforeAll(async () => {
    desk = await startDemoDesk();
    await aGroup(desk.admin, 'first', [desk.ann]);
    await aGroup(desk.admin, 'second', [desk.bob]);
  });
  afterAll(() => desk?.product.remove());
  beforeEach(async () => {
    for (const agent of [desk.ann, desk.bob]) await says(agent, 'available');
  });

  test('RO5.1 RO5.6 who served first is bound to the contact, and everybody sees it', async () => {
    const { ann, bob, admin } = desk;
    const { id } = await desk.write({ to: await desk.addressOf(engaging('bound')) });
    const bound = await acceptAtOneOf([desk.ann, desk.bob], id);
    const { contact } = await enquiryWhen(admin, id, 'served', (page) => page.node === 'serve');
    for (const colleague of [ann, bob]) {
      const { items } = await colleague.get<{ items: object[] }>(`/v1/engagements?agent=${bound.id}`);
      const engagement = {
        channel: 'bound',
        contact,
        agent: bound.id,
        enquiry: id,
        whenUnavailable: 'forward-to-group',
      };
      expect(items).toContainEqual(expect.objectContaining(engagement));
    }
  });

  test('RO5.2 RO5.3 RO5.5 replies and new mail of a bound contact ring his agent, and another only when he is away', async () => {
    const { product, ann, bob, admin } = desk;
    const to = await desk.addressOf(engaging('bound-again'));
    const from = 'Ottilie <ottilie@customers.example>';
    const { id } = await desk.write({ from, to });
    const bound = await acceptAtOneOf([desk.ann, desk.bob], id);
    await enquiryWhen(admin, id, 'served', (page) => page.node === 'serve');
    const ringsHim = { node: 'ring-bound', offer: { agents: [bound.id] } };

    const fresh = await desk.write({ from, to });
    expect(await desk.statusOf(fresh.id, 'ringing')).toMatchObject(ringsHim);
    await acceptRing(bound, fresh.id);

    await reply(bound, id, 'Here you are.');
    await close(bound, id);
    await desk.statusOf(id, 'closed');
    const answer = await mailFor(product, 'ottilie@customers.example');
    const late = await desk.write({ from, to, headers: { 'In-Reply-To': answer.messageId } });
    expect(late.id).toBe(id);
    expect(await desk.statusOf(id, 'ringing')).toMatchObject(ringsHim);
    await acceptRing(bound, id);

    await says(bound, 'away');
    const third = await desk.write({ from, to });
    await acceptRing(bound === ann ? bob : ann, third.id);
    const { contact } = await desk.statusOf(third.id, 'ongoing');
    const { items } = await admin.get<{ items: object[] }>(`/v1/engagements?agent=${bound.id}`);
    expect(items).toContainEqual(expect.objectContaining({ channel: 'bound-again', contact }));
  });

  test('RO5.7 an engagement ends by itself: whoever writes later is routed as if he were new', async () => {
    const { admin } = desk;
    const to = await desk.addressOf(engaging('bound-shortly', { expires: '2s' }));
    const from = 'Shortly <shortly@customers.example>';
    const { id } = await desk.write({ from, to });
    const bound = await acceptAtOneOf([desk.ann, desk.bob], id);
    const { contact } = await enquiryWhen(admin, id, 'served', (page) => page.node === 'serve');
    await found('the engagement to end', async () => {
      const { items } = await admin.get<{ items: { contact: string }[] }>(`/v1/engagements?agent=${bound.id}`);
      return items.some((each) => each.contact === contact) ? null : true;
    });
    const later = await desk.write({ from, to });
    expect(await desk.statusOf(later.id, 'ringing')).toMatchObject({ node: 'ring' });
    expect(await told(admin, later.id)).not.toContain('ring-bound');
  });

  test('RO10.1 RO10.3 RO10.5 an agent who is suspended is rung no more, his ring moves on, his contacts fall back, he is out', async () => {
    const { product, admin, bob } = desk;
    const cy = await newAgent(product, admin, 'cy', { groups: ['third'], channels: [] });
    await aGroup(admin, 'third', [cy, bob]);
    const to = await desk.addressOf(engaging('suspending', { destinations: [{ group: 'third' }] }));
    const from = 'Bound <bound-to-cy@customers.example>';
    await says(cy, 'available');
    await says(bob, 'away');
    const first = await desk.write({ from, to });
    await acceptRing(cy, first.id);
    await enquiryWhen(admin, first.id, 'served', (page) => page.node === 'serve');
    const ringing = await desk.write({ to });
    await ringAt(cy, ringing.id);
    await says(bob, 'available');

    await admin.patch('/v1/users/cy', { disabled: true });
    await ringAt(bob, ringing.id);
    expect((await cy.ask('GET', '/v1/offers')).status).toBe(401);
    const { token } = await admin.post<{ token: string }>('/v1/users/cy/password-link');
    await expect(signedInByLink(product, 'cy', token)).rejects.toThrow(/could not/);
    const again = await desk.write({ from, to });
    expect(await desk.statusOf(again.id, 'ringing')).toMatchObject({ offer: { agents: ['bob'] } });
  });

  test('RO10.3 whoever suspends an agent is told which contacts fall back, and the list says where their mail goes', async () => {
    const { product, admin, sam, bob } = desk;
    const eve = await newAgent(product, admin, 'eve', { groups: ['fifth'], channels: [] });
    await aGroup(admin, 'fifth', [eve, bob]);
    const to = await desk.addressOf(engaging('falling-back', { destinations: [{ group: 'fifth' }] }));
    const from = 'Falls Back <falls-back@customers.example>';
    await says(eve, 'available');
    await says(bob, 'away');
    const first = await desk.write({ from, to });
    await acceptRing(eve, first.id);
    const { contact } = await enquiryWhen(admin, first.id, 'served', (page) => page.node === 'serve');
    const listed = async () =>
      (await sam.get<{ items: { contact: string; fallsBack: boolean; now: string }[] }>('/v1/engagements?agent=eve'))
        .items;
    expect(await listed()).toMatchObject([{ contact, fallsBack: false, now: 'Mail rings Eve Agent.' }]);

    const suspended = await admin.patch<{ told: string[] }>('/v1/agents/eve', { suspended: true });

    expect(suspended.told).toEqual([expect.stringContaining('1 contact is bound to Eve Agent')]);
    expect(suspended.told[0]).toContain('(fifth)');
    const [bound] = await listed();
    expect(bound).toMatchObject({ contact, fallsBack: true });
    expect(bound?.now).toMatch(/^Eve Agent is suspended: mail rings the group fifth/);
    await says(bob, 'available');
    const again = await desk.write({ from, to });
    expect(await desk.statusOf(again.id, 'ringing')).toMatchObject({ offer: { agents: ['bob'] } });
    await admin.patch('/v1/agents/eve', { suspended: false });
    expect((await listed())[0]?.now).not.toContain('suspended');
  });

  test('RO10.2 RO10.4 all that a suspended agent has is handed over in one step, and his drafts stay readable', async () => {
    const { product, admin, sam, bob } = desk;
    const dan = await newAgent(product, admin, 'dan', { groups: ['fourth'], channels: [] });
    await aGroup(admin, 'fourth', [dan]);
    const to = await desk.addressOf(aFlow({ id: 'leaving', destinations: [{ group: 'fourth' }] }));
    await says(dan, 'available');
    const open = [(await desk.write({ to })).id, (await desk.write({ to })).id];
    for (const id of open) await acceptRing(dan, id);
    const [drafted = ''] = open;
    await dan.put(`/v1/enquiries/${drafted}/draft`, { text: 'I was about to say' });

    await admin.patch('/v1/agents/dan', { suspended: true });
    expect((await dan.ask('GET', '/v1/offers')).status).toBe(401);
    const job = await admin.post<{ id: string }>('/v1/agents/dan/hand-over', {
      to: { agent: 'bob' },
      note: 'Dan left.',
    });
    const done = await found('the hand-over to be done', async () => {
      const now = await sam.get<{ state: string; done: number }>(`/v1/jobs/${job.id}`);
      return now.state === 'done' ? now : null;
    });
    expect(done).toMatchObject({ done: 2, total: 2 });
    for (const id of open) await acceptRing(bob, id);
    for (const id of open) expect(await desk.statusOf(id, 'ongoing')).toMatchObject({ assignee: 'bob' });
    expect(await told(admin, drafted)).toContain('It goes on from its agent');
    const drafts = await admin.get<{ items: object[] }>(`/v1/enquiries/${drafted}/drafts`);
    expect(drafts.items).toMatchObject([{ agent: 'dan', draft: { text: 'I was about to say' } }]);
  });

  test('RO7.1 a transfer rings an agent or a group, and the enquiry stays with its agent until somebody accepts', async () => {
    const { ann, bob, admin } = desk;
    const to = await desk.addressOf(aFlow({ id: 'moving', destinations: [{ group: 'first' }] }));
    const { id } = await desk.write({ to });
    await acceptRing(ann, id);
    await ann.post(`/v1/enquiries/${id}/transfer`, { to: { group: 'second' } });
    const offer = await ringAt(bob, id);
    expect(await enquiryWhen(admin, id, 'ringing', (page) => page.offer !== null)).toMatchObject({ assignee: 'ann' });
    await bob.post(`/v1/offers/${offer.id}/decline`);
    expect(await enquiryWhen(admin, id, 'back', (page) => page.offer === null)).toMatchObject({ assignee: 'ann' });
    expect(await told(admin, id)).toContain('Nobody took the transfer');

    await ann.post(`/v1/enquiries/${id}/transfer`, { to: { agent: 'bob' } });
    await acceptRing(bob, id);
    expect(await desk.statusOf(id, 'ongoing')).toMatchObject({ assignee: 'bob' });
  });

  /** An enquiry that was answered and closed without a notice, and the customer's mail that comes afterwards. */
  async function closedThread(flow: Flow) {
    const to = await desk.addressOf(flow);
    const { id, mail } = await desk.write({ to, from: `Late Reply <${flow.id}@customers.example>` });
    const agent = await acceptAtOneOf([desk.ann, desk.bob], id);
    await reply(agent, id, 'That settles it.');
    const answer = await mailFor(desk.product, mail.from);
    await close(agent, id);
    await desk.statusOf(id, 'closed');
    const late = (text: string): Email => anAnswerTo(answer, { from: mail.from, text });
    const send = async (text: string) => {
      const written = late(text);
      expect(await sendMail(desk.product, written, answer.replyTo[0])).toMatchObject({ code: 250 });
      return verdictOn(desk.admin, written);
    };
    return { id, mail, send };
  }

  test('IN5.1 a reply to a closed thread is refused with a notice to write anew, and is kept and shown with the contact', async () => {
    const { product, admin } = desk;
    const { id, mail, send } = await closedThread(aFlow({ id: 'closed-for-good', closedReply: 'refuse' }));
    expect(await send('One more question.')).toMatchObject({
      verdict: 'refused',
      reason: 'thread closed',
      enquiry: id,
    });
    const notice = await mailFor(product, mail.from, (each) =>
      each.text.includes('Please send us a new email, not a reply'),
    );
    expect(notice).toMatchObject({ autoSubmitted: 'auto-replied', returnPath: '' });
    expect(await send('Are you there?')).toMatchObject({ verdict: 'refused' });
    expect(await enquiryOf(admin, mail)).toMatchObject({ id, status: 'closed' });
    const { items } = await admin.get<{ items: { enquiries: string[] }[] }>(`/v1/contacts?address=${mail.from}`);
    expect(items.map((each) => each.enquiries)).toEqual([[id]]);
    const kept = await found('both replies in the thread', async () => {
      const messages = (await messagesOf(admin, id)).filter((each) => each.direction === 'in');
      return messages.length === 3 ? messages : null;
    });
    expect(kept.slice(1).map((each) => each.newText.trim())).toEqual(['One more question.', 'Are you there?']);
    // One notice a thread: whoever goes on writing is not told again.
    expect(await mailsFor(product, mail.from)).toHaveLength(2);
  });

  test('IN5.2 by choice the closed enquiry is opened again', async () => {
    const flow = aFlow({
      id: 'reopening',
      closedReply: { reopenWithin: '14d', at: 'route' },
      before: { hello: { type: 'tag', add: ['new'], next: 'route' } },
    });
    const { id, send } = await closedThread(flow);
    expect(await send('It is broken again.')).toMatchObject({ verdict: 'joined', enquiry: id });
    expect(await desk.statusOf(id, 'ringing')).toMatchObject({ assignee: null, ending: null });
  });

  test('IN5.2 by choice the mail becomes a new enquiry that is linked with the closed one', async () => {
    const { id, send } = await closedThread(aFlow({ id: 'anew', closedReply: 'newEnquiry' }));
    const { verdict, enquiry } = await send('It is broken again.');
    expect(verdict).toBe('started');
    expect(enquiry).not.toBe(id);
    expect(await desk.statusOf(enquiry ?? '', 'ringing')).toMatchObject({ links: [id] });
    expect(await desk.statusOf(id, 'closed')).toMatchObject({ links: [enquiry] });
    expect(await send('And the next thing.')).toMatchObject({ verdict: 'joined', enquiry });
  });

  test('somebody else who answers in a thread is shown there and never becomes its contact', async () => {
    const { product, admin, ann } = desk;
    const to = await desk.addressOf(aFlow({ id: 'strangers', destinations: [{ group: 'first' }] }));
    const { id, mail } = await desk.write({ to });
    await acceptRing(ann, id);
    await reply(ann, id, 'Please ask your partner.');
    const answer = await mailFor(product, mail.from);
    const partner = anAnswerTo(answer, { from: 'Partner <partner@elsewhere.example>', text: 'I am the partner.' });
    await sendMail(product, partner, answer.replyTo[0]);
    expect(await verdictOn(admin, partner)).toMatchObject({ verdict: 'joined', enquiry: id });
    const { contact } = await enquiryOf(admin, mail);
    expect(await admin.get(`/v1/contacts/${contact ?? ''}`)).toMatchObject({ addresses: [mail.from] });
    const guessed = anEmail({
      to,
      headers: { 'In-Reply-To': mail.messageId },
      from: 'Guess <guess@elsewhere.example>',
    });
    await sendMail(product, guessed);
    const other = await verdictOn(admin, guessed);
    expect(other).toMatchObject({ verdict: 'started' });
    expect(other.enquiry).not.toBe(id);
  });

  test('nothing of all that tells anything personal to Temporal', async () => {
    const { texts, histories } = await expectNothingPersonal(desk.product, desk.admin);
    expect(texts).toBeGreaterThan(30);
    expect(histories).toBeGreaterThan(10);
  });
});

/** A flow that binds whoever serves a contact, and rings him first from then on. */
function engaging(id: string, { expires = '30d', ...parts }: Partial<FlowParts> & { expires?: string } = {}): Flow {
  const flow = aFlow({
    ...parts,
    id,
    closedReply: { reopenWithin: '14d', at: 'known' },
    before: {
      hello: { type: 'tag', add: ['new'], next: 'known' },
      known: {
        type: 'switch',
        cases: [{ when: { var: 'engagement.agentAvailable' }, next: 'ring-bound' }],
        default: 'route',
      },
      'ring-bound': {
        type: 'ring',
        to: 'engaged-agent',
        next: { accepted: 'bind', timeout: 'route', unavailable: 'route' },
      },
      bind: { type: 'engage', expires, whenUnavailable: 'forward-to-group', next: 'serve' },
    },
  });
  const { ring } = flow.nodes;
  if (ring?.type === 'ring') ring.next = { accepted: 'bind', timeout: 'breathe', unavailable: 'breathe' };
  return { ...flow, onTaken: 'bind' };
}
