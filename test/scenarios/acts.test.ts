import { aFlow } from '../support/a-flow';
import type { Colleague } from '../support/colleague';
import { anAnswerTo, anEmail, mailFor, mailsFor, sendMail } from '../support/customer';
import { startDemoDesk, type DemoDesk } from '../support/demo-desk';
import { acceptRing, close, enquiryWhen, messagesOf, reply, ringAt, says, told, verdictOn } from '../support/desk-work';
import { found } from '../support/found';
import { aGroup } from '../support/settings-work';

jest.setTimeout(300_000);

interface Notices {
  unread: number;
  items: { id: string; sort: string; text: string; enquiry: string | null; readAt: string | null }[];
}

describe('what people do with an enquiry', () => {
  let desk: DemoDesk;
  beforeAll(async () => {
    desk = await startDemoDesk({ RINGPOST_UNDO: '3s' });
    await aGroup(desk.admin, 'first', [desk.ann]);
    await aGroup(desk.admin, 'second', [desk.bob], { tags: ['billing', 'money back'] });
  });
  afterAll(() => desk?.product.remove());
  beforeEach(async () => {
    for (const agent of [desk.ann, desk.bob]) await says(agent, 'available');
  });

  const act = (who: Colleague, id: string, what: string, body: object = {}) =>
    who.ask<{ code: string; warnings?: string[] }>('POST', `/v1/enquiries/${id}/${what}`, body);
  const toldTo = (who: Colleague, sort: string, enquiry: string) =>
    found(`${who.id} to be told of ${sort}`, async () => {
      const { items } = await who.get<Notices>('/v1/notices');
      return items.find((each) => each.sort === sort && each.enquiry === enquiry) ?? null;
    });

  /** Ann serves an enquiry of the group "first". */
  async function annServes(id: string, more: Parameters<typeof aFlow>[0] = { id }) {
    const to = await desk.addressOf(aFlow({ destinations: [{ group: 'first' }], ...more }));
    await says(desk.bob, 'away');
    const { id: enquiry, mail } = await desk.write({ to, from: `Customer <${id}@customers.example>` });
    await acceptRing(desk.ann, enquiry);
    await says(desk.bob, 'available');
    return { enquiry, mail, to };
  }

  test('RO7.1 RO7.2 a transfer through a tag rings the group that has it, is taken back, and shows the whole thread to who accepts', async () => {
    const { ann, bob, admin } = desk;
    const { enquiry } = await annServes('tagged');
    await reply(ann, enquiry, 'Let me ask billing.');
    expect((await act(bob, enquiry, 'notes', { text: 'I do not see it.' })).status).toBe(404);
    expect((await act(ann, enquiry, 'transfer', { to: { tag: 'no such tag' } })).body.code).toBe('not-found');

    await ann.post(`/v1/enquiries/${enquiry}/transfer`, { to: { tag: 'money back' }, note: 'She wants it back.' });
    await ringAt(bob, enquiry);
    await ann.post(`/v1/enquiries/${enquiry}/transfer/undo`);
    expect(await enquiryWhen(admin, enquiry, 'back', (page) => page.offer === null)).toMatchObject({ assignee: 'ann' });
    expect((await act(ann, enquiry, 'transfer/undo')).body.code).toBe('too-late');

    await ann.post(`/v1/enquiries/${enquiry}/transfer`, { to: { tag: 'billing' } });
    await acceptRing(bob, enquiry);
    // It is bob's now, and of a group of his.
    expect((await act(ann, enquiry, 'transfer/undo')).status).toBe(404);
    const seen = await messagesOf(bob, enquiry);
    expect(seen.map((each) => each.direction)).toEqual(['in', 'out', 'note']);
    expect(seen[2]?.newText).toBe('She wants it back.');
    const taken = await admin.ask('PATCH', '/v1/groups/first', { tags: ['billing'] });
    expect(taken.status).toBe(409);
  });

  test('a snoozed enquiry leaves the agent’s hands, and returns by its time, by the contact, or to the group when he is away', async () => {
    const { ann, admin, product } = desk;
    const { enquiry, mail } = await annServes('snoozing');
    await reply(ann, enquiry, 'I come back to you.');
    const later = new Date(Date.now() + 3_600_000).toISOString();
    await ann.post(`/v1/enquiries/${enquiry}/snooze`, { until: later });
    expect(await desk.statusOf(enquiry, 'snoozed')).toMatchObject({
      assignee: 'ann',
      snooze: { until: later, by: 'ann' },
    });
    const { items } = await ann.get<{ items: { id: string }[] }>('/v1/enquiries?status=snoozed&mine=true');
    expect(items.map((each) => each.id)).toEqual([enquiry]);
    expect((await act(ann, enquiry, 'snooze', { until: '2020-01-01T00:00:00.000Z' })).status).toBe(400);

    const answer = await mailFor(product, mail.from);
    await sendMail(product, anAnswerTo(answer, { from: mail.from, text: 'Any news?' }), answer.replyTo[0]);
    expect(await desk.statusOf(enquiry, 'ongoing')).toMatchObject({ assignee: 'ann', awaiting: 'agent', snooze: null });
    await toldTo(ann, 'customer-replied', enquiry);

    const soon = (): string => new Date(Date.now() + 2_000).toISOString();
    await ann.post(`/v1/enquiries/${enquiry}/snooze`, { until: soon() });
    await desk.statusOf(enquiry, 'ongoing');
    expect((await toldTo(ann, 'snooze-ended', enquiry)).text).toContain('The snooze is over.');

    await ann.post(`/v1/enquiries/${enquiry}/snooze`, { until: soon() });
    await says(ann, 'away');
    expect(await desk.statusOf(enquiry, 'missed')).toMatchObject({ assignee: null, group: 'first' });
    expect(await told(admin, enquiry)).toContain('goes to the head of the line of its group');
  });

  test('an enquiry is given up with its reason, taken over, and given to somebody; whoever had it is told', async () => {
    const { ann, bob, sam, admin } = desk;
    const { enquiry } = await annServes('handing', { id: 'handing', destinations: [{ group: 'support' }] });
    await ann.post(`/v1/enquiries/${enquiry}/release`, { reason: 'I do not speak Thai.' });
    await acceptRing(bob, enquiry);
    expect((await messagesOf(bob, enquiry)).at(-1)).toMatchObject({
      direction: 'note',
      newText: 'I do not speak Thai.',
    });

    await ann.post(`/v1/enquiries/${enquiry}/take-over`);
    expect(await desk.statusOf(enquiry, 'ongoing')).toMatchObject({ assignee: 'ann' });
    expect((await toldTo(bob, 'taken-over', enquiry)).text).toMatch(/^Ann .* took from you enquiry \d+\.$/);

    expect((await act(ann, enquiry, 'assign', { agent: 'bob' })).body.code).toBe('wrong-role');
    await sam.post(`/v1/enquiries/${enquiry}/assign`, { agent: 'bob' });
    expect(await enquiryWhen(admin, enquiry, 'his', (page) => page.assignee === 'bob')).toMatchObject({
      node: 'serve',
    });
    await toldTo(bob, 'transferred', enquiry);
    await toldTo(ann, 'taken-over', enquiry);
  });

  test('RO9.1 a close is taken back within its time, and its notice never leaves; later the enquiry can only be opened again', async () => {
    const { ann, admin, product } = desk;
    const { enquiry, mail } = await annServes('undoing');
    await close(ann, enquiry, { notify: true, disposition: 'solved' });
    await desk.statusOf(enquiry, 'closed');
    await ann.post(`/v1/enquiries/${enquiry}/close/undo`);
    expect(await desk.statusOf(enquiry, 'ongoing')).toMatchObject({
      assignee: 'ann',
      node: 'serve',
      disposition: null,
    });
    expect(await told(admin, enquiry)).toContain('The close was taken back');
    await reply(ann, enquiry, 'One thing more.');
    await mailFor(product, mail.from, (each) => each.text.includes('One thing more.'));
    await close(ann, enquiry, { notify: true });
    const notice = await mailFor(product, mail.from, (each) => each.autoSubmitted !== null);
    // The first notice would have left before the answer.
    expect(await mailsFor(product, mail.from)).toHaveLength(2);
    expect((await act(ann, enquiry, 'close/undo')).body.code).toBe('too-late');

    await ann.post(`/v1/enquiries/${enquiry}/reopen`);
    expect(await desk.statusOf(enquiry, 'ongoing')).toMatchObject({ assignee: 'ann', node: 'serve' });
    const late = anAnswerTo(notice, { from: mail.from, text: 'Thank you for looking again.' });
    await sendMail(product, late, notice.replyTo[0]);
    expect(await verdictOn(admin, late)).toMatchObject({ verdict: 'joined', enquiry });
  });

  test('the notice of a close that did not last never leaves, and its story says why', async () => {
    const { ann, admin, product } = desk;
    const closedReply = { reopenWithin: '14d', at: 'ring' };
    const { enquiry, mail, to } = await annServes('lasting', {
      id: 'lasting',
      destinations: [{ group: 'first' }],
      closedReply,
    });
    const discarded = (count: number) =>
      found(`${count} notices to be kept back`, async () => {
        const path = '/v1/outbox?state=discarded&channel=lasting';
        const { items } = await admin.get<{ items: { kind: string; discardedBecause: string }[] }>(path);
        return items.length === count ? items : null;
      });
    await close(ann, enquiry, { notify: true });
    const more = anEmail({ to, from: mail.from, headers: { 'In-Reply-To': mail.messageId } });
    await sendMail(product, more);
    await acceptRing(ann, enquiry);
    const because = 'the enquiry was opened again before the notice of its close left';
    expect(await discarded(1)).toMatchObject([{ kind: 'close-notice', discardedBecause: because }]);
    const story = JSON.stringify(await admin.get(`/v1/trace?word=${mail.from}`));
    expect(story).toContain(`The close-notice is discarded. It did not leave: ${because}.`);

    // Closed, opened and closed again within the undo time: one notice, of the last.
    await close(ann, enquiry, { notify: true });
    await ann.post(`/v1/enquiries/${enquiry}/reopen`);
    await close(ann, enquiry, { notify: true });
    await mailFor(product, mail.from, (each) => each.autoSubmitted !== null);
    await discarded(2);
    expect(await mailsFor(product, mail.from)).toHaveLength(1);

    // A planned answer does not go to who turned out to be a spammer, unless its author says so.
    await ann.post(`/v1/enquiries/${enquiry}/reopen`);
    const sendAfter = new Date(Date.now() + 6000).toISOString();
    await ann.post(`/v1/enquiries/${enquiry}/replies`, { text: 'As agreed.', sendAfter });
    await ann.post(`/v1/enquiries/${enquiry}/spam`, {});
    expect((await toldTo(ann, 'mail-held', enquiry)).text).toContain('marked as spam');
    const page = await ann.get<{ scheduled: { mail: string; heldBecause: string }[] }>(`/v1/enquiries/${enquiry}`);
    const [planned] = page.scheduled;
    expect(planned).toMatchObject({ heldBecause: 'the enquiry was marked as spam after this answer was written' });
    await ann.post(`/v1/outbox/${encodeURIComponent(planned?.mail ?? '')}/send-now`);
    await mailFor(product, mail.from, (each) => each.text.includes('As agreed.'));
  });

  test('IN5.1 spam closes without a notice, its thread gets no robot’s answer ever after, and "not spam" runs it as if it had just come', async () => {
    const { ann, admin, product } = desk;
    const { enquiry, mail, to } = await annServes('spamming', {
      id: 'spamming',
      destinations: [{ group: 'first' }],
      closedReply: { reopenWithin: '14d', at: 'ring' },
    });
    expect((await act(ann, enquiry, 'spam', { block: 'domain' })).body.code).toBe('wrong-role');
    expect((await act(ann, enquiry, 'spam', { block: 'address' })).status).toBe(200);
    expect(await desk.statusOf(enquiry, 'closed')).toMatchObject({ ending: 'spam', spam: { by: 'ann' } });
    const listed = await ann.get<{ items: { id: string }[] }>('/v1/enquiries?spam=true');
    expect(listed.items.map((each) => each.id)).toContain(enquiry);
    const more = { to, from: `Customer <${mail.from}>`, headers: { 'In-Reply-To': mail.messageId } };
    const blocked = anEmail(more);
    await sendMail(product, blocked);
    expect(await verdictOn(admin, blocked)).toMatchObject({ verdict: 'blocked' });
    expect((await admin.ask('DELETE', `/v1/blocklists/spamming/${encodeURIComponent(mail.from)}`)).status).toBe(204);
    const again = anEmail(more);
    await sendMail(product, again);
    expect(await verdictOn(admin, again)).toMatchObject({ verdict: 'joined', enquiry });
    expect(await desk.statusOf(enquiry, 'closed')).toMatchObject({ spam: { by: 'ann' } });

    await ann.post(`/v1/enquiries/${enquiry}/not-spam`);
    await acceptRing(ann, enquiry);
    expect(await desk.statusOf(enquiry, 'ongoing')).toMatchObject({ spam: null, assignee: 'ann' });
    const left = await ann.get<{ items: { id: string }[] }>('/v1/enquiries?spam=true');
    expect(left.items.map((each) => each.id)).not.toContain(enquiry);
    expect(await mailsFor(product, mail.from)).toEqual([]);
  });

  test('mail that a spam filter on the way marked waits in the spam list where the channel wants it so', async () => {
    const { admin, ann } = desk;
    const flow = aFlow({ id: 'filtered', destinations: [{ group: 'first' }] });
    const to = await desk.addressOf(flow, { spamToList: true });
    const { id } = await desk.write({ to, headers: { 'X-Spam-Flag': 'YES' } });
    expect(await desk.statusOf(id, 'closed')).toMatchObject({ ending: 'spam', spam: { by: 'provider' } });
    await admin.post(`/v1/enquiries/${id}/not-spam`);
    await ringAt(ann, id);
    await admin.patch('/v1/channels/filtered', { spamToList: false });
    const { id: other } = await desk.write({ to, headers: { 'X-Spam-Flag': 'YES' } });
    await ringAt(ann, other);
  });

  test('who is named in a note is told, if he may see the enquiry; the list counts what is unread', async () => {
    const { ann, bob } = desk;
    const { enquiry } = await annServes('mentioning', { id: 'mentioning', destinations: [{ group: 'support' }] });
    const before = (await bob.get<Notices>('/v1/notices')).unread;
    const note = { text: '@bob, please look at the invoice.', mentions: ['bob'] };
    await ann.post(`/v1/enquiries/${enquiry}/notes`, note, 'once');
    await ann.post(`/v1/enquiries/${enquiry}/notes`, note, 'once');
    const { unread, items } = await bob.get<Notices>('/v1/notices');
    expect(unread).toBe(before + 1);
    expect(items[0]).toMatchObject({ sort: 'mention', enquiry, text: expect.stringContaining('look at the invoice') });
    expect((await bob.post<Notices>('/v1/notices/read', { notice: items[0]?.id })).unread).toBe(before);
    const hidden = await annServes('mentioning-hidden');
    const refused = await act(ann, hidden.enquiry, 'notes', note);
    expect(refused).toMatchObject({ status: 422, body: { code: 'not-visible-to', agents: ['bob'] } });
  });

  test('an act on many enquiries is foretold, goes on after a restart, and names those that stayed as they were', async () => {
    const { ann, bob, admin, product } = desk;
    const flow = aFlow({ id: 'many', destinations: [{ group: 'first' }] });
    const to = await desk.addressOf(flow);
    const ids: string[] = [];
    for (const number of [1, 2, 3]) {
      const { id } = await desk.write({ to, from: `Many <many${number}@customers.example>` });
      await acceptRing(ann, id);
      ids.push(id);
    }
    const [one = '', two = '', three = ''] = ids;
    await close(ann, three);
    await desk.statusOf(three, 'closed');
    const asked = { act: 'close', ids, notify: false, disposition: 'solved' };
    const preview = { count: 2, refused: 1, refusals: [{ enquiry: three, code: 'enquiry-closed' }] };
    expect(await ann.post('/v1/bulk/preview', asked)).toMatchObject(preview);
    expect(await bob.post('/v1/bulk/preview', asked)).toMatchObject({ count: 0, refused: 3 });
    expect(await ann.post('/v1/bulk/preview', { act: 'tag', filter: { channel: 'many' }, add: ['x'] })).toMatchObject({
      count: 2,
    });

    const job = await ann.post<{ id: string }>('/v1/bulk', asked, 'close-them');
    expect(await ann.post('/v1/bulk', asked, 'close-them')).toMatchObject({ id: job.id });
    await product.kill();
    await product.start();
    const done = await found('the job to be done', async () => {
      const now = await ann.get<{ state: string; done: number; total: number; result: object }>(`/v1/bulk/${job.id}`);
      return now.state === 'done' ? now : null;
    });
    expect(done).toMatchObject({ done: 2, total: 2, result: { refused: 1, refusals: [{ enquiry: three }] } });
    for (const id of [one, two]) expect(await desk.statusOf(id, 'closed')).toMatchObject({ disposition: 'solved' });
    expect((await bob.ask('GET', `/v1/bulk/${job.id}`)).status).toBe(404);
    expect((await admin.ask('DELETE', `/v1/bulk/${job.id}`)).status).toBe(409);
  });
});
