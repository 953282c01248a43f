import { randomUUID } from 'node:crypto';
import { aFlow } from '../support/a-flow';
import type { Colleague, Problem } from '../support/colleague';
import { anAnswerTo, anEmail, mailFor, mailsFor, sendMail } from '../support/customer';
import { startDemoDesk, type DemoDesk } from '../support/demo-desk';
import { acceptRing, close, enquiryWhen, messagesOf, reply, ringAt, says, told, verdictOn } from '../support/desk-work';
import type { EnquiryPage } from '../support/desk-work';
import { found } from '../support/found';

jest.setTimeout(300_000);

interface Joined extends EnquiryPage {
  mergedInto: { id: string; number: number; by: string; undoUntil: string } | null;
  absorbed: { id: string; number: number; by: string }[];
  moved: { message: string; to: string; number: number }[];
  splitFrom: string | null;
}
type Refused = Problem & { into?: string; to?: string };
interface Done {
  detail: Record<string, string | number>;
}

describe('two enquiries that are one, and one that is two', () => {
  let desk: DemoDesk;
  let to: string;
  beforeAll(async () => {
    desk = await startDemoDesk({ RINGPOST_UNDO: '3s' });
    to = await desk.addressOf(aFlow({ id: 'joining', ring: { timeout: '8h' } }));
    await says(desk.bob, 'away');
  });
  afterAll(() => desk?.product.remove());

  const pageOf = (who: Colleague, id: string) => who.get<Joined>(`/v1/enquiries/${id}`);
  /** Asks again with the same key while it is not decided, as every client does that is told 202. */
  const act = (who: Colleague, id: string, what: string, body: object = {}, key: string = randomUUID()) =>
    found(
      `${what} of ${id} to be decided`,
      async () => {
        const answer = await who.ask<Refused>('POST', `/v1/enquiries/${id}/${what}`, body, key);
        return answer.status === 202 ? null : answer;
      },
      60_000,
    );
  const textsOf = async (who: Colleague, id: string) => (await messagesOf(who, id)).map((each) => each.newText.trim());

  /** Two mails of one customer; both ring at ann. */
  async function twice(name: string) {
    const from = `Customer <${name}@customers.example>`;
    const elder = await desk.write({ to, from, subject: 'My parcel', text: 'Where is my parcel?' });
    const younger = await desk.write({ to, from, subject: 'Still my parcel', text: 'Did you get my mail?' });
    return { from, elder, younger };
  }

  test('the younger of two ends with a pointer, whatever was said in it is in the elder, and its answers come there', async () => {
    const { ann, admin, product } = desk;
    const { elder, younger } = await twice('merging');
    await acceptRing(ann, elder.id);
    await acceptRing(ann, younger.id);
    await act(ann, younger.id, 'notes', { text: 'She called, too.' });
    await act(ann, younger.id, 'tags', { add: ['parcel'] });
    // Ann's answer waits its undo time, and she has begun another.
    await reply(ann, younger.id, 'We look for it.');
    await ann.put(`/v1/enquiries/${younger.id}/draft`, { text: 'It was found at' });
    await ann.put(`/v1/enquiries/${elder.id}/draft`, { text: 'Dear customer,' });

    expect((await act(ann, elder.id, 'merge', { into: elder.id })).body.code).toBe('same-enquiry');
    // She names the elder: which of the two ends is no question.
    const done = await act(ann, elder.id, 'merge', { into: younger.id }, 'merge-once');
    const number = (await pageOf(ann, elder.id)).number;
    expect(done).toMatchObject({ status: 200, body: { outcome: 'done', detail: { into: elder.id, number } } });
    expect(await act(ann, elder.id, 'merge', { into: younger.id }, 'merge-once')).toEqual(done);
    expect(await pageOf(admin, younger.id)).toMatchObject({
      status: 'closed',
      ending: 'merged',
      mergedInto: { id: elder.id, number, by: 'ann' },
    });
    const whole = await enquiryWhen(ann, elder.id, 'whole', (page) => page.tags.includes('parcel'));
    expect(whole).toMatchObject({ assignee: 'ann', absorbed: [{ id: younger.id, by: 'ann' }] });
    expect(await textsOf(ann, elder.id)).toEqual([
      'Where is my parcel?',
      'Did you get my mail?',
      'She called, too.',
      'We look for it.',
    ]);
    const draft = await ann.get<{ text: string }>(`/v1/enquiries/${elder.id}/draft`);
    expect(draft.text).toBe('Dear customer,\n\nIt was found at');
    expect(await told(admin, elder.id)).toMatch(/Enquiry \d+ was merged into this one/);
    expect(await told(admin, younger.id)).toContain(`It is merged into enquiry ${number}`);

    // What waited leaves once; nobody is told of a close.
    const answer = await mailFor(product, younger.mail.from, (each) => each.text.includes('We look for it.'));
    const refused = await act(ann, younger.id, 'notes', { text: 'lost?' });
    expect(refused).toMatchObject({ status: 409, body: { code: 'enquiry-merged', into: elder.id } });
    expect((await ann.ask('PUT', `/v1/enquiries/${younger.id}/draft`, { text: 'x' })).body.code).toBe('enquiry-merged');
    expect((await act(ann, younger.id, 'reopen')).body.code).toBe('enquiry-merged');
    expect((await act(ann, younger.id, 'merge', { into: elder.id })).body.code).toBe('enquiry-merged');

    // What she began before she could know of the other mail is not sent before she has looked at it.
    const answering = { text: 'It is on its way.' };
    expect((await act(ann, elder.id, 'replies', answering)).body.code).toBe('newer-message');
    await act(ann, elder.id, 'replies', { ...answering, confirm: ['newer-message'] });
    await enquiryWhen(ann, elder.id, 'his turn', (page) => page.awaiting === 'contact');
    const late = anAnswerTo(answer, { from: younger.mail.from, text: 'Thank you!' });
    await sendMail(product, late, answer.replyTo[0]);
    await enquiryWhen(ann, elder.id, 'her turn', (page) => page.awaiting === 'agent');
    expect((await textsOf(ann, elder.id)).at(-1)).toBe('Thank you!');
    expect(await verdictOn(admin, late)).toMatchObject({ verdict: 'joined', enquiry: younger.id });
    const notice = await found('ann to be told', async () => {
      const { items } = await ann.get<{ items: { sort: string; enquiry: string }[] }>('/v1/notices');
      return items.find((each) => each.sort === 'customer-replied' && each.enquiry === elder.id) ?? null;
    });
    expect(notice.enquiry).toBe(elder.id);
    // A word that was said in the younger only finds the elder.
    await found('the elder by a word of the younger', async () =>
      JSON.stringify(await ann.get('/v1/search?q=called')).includes(elder.id) ? true : null,
    );

    const sent = (await mailsFor(product, younger.mail.from)).map((each) => each.text.split('\n')[0]);
    expect(sent.filter((each) => each === 'We look for it.')).toHaveLength(1);
    expect(sent.some((each) => each?.includes('closed'))).toBe(false);

    // Within seven days it is two again: what came in the younger's thread is its own, what was answered stays.
    expect((await act(ann, elder.id, 'merge/undo')).body.code).toBe('not-possible-now');
    await ann.post(`/v1/enquiries/${younger.id}/merge/undo`);
    expect(await pageOf(ann, younger.id)).toMatchObject({
      status: 'ongoing',
      assignee: 'ann',
      awaiting: 'agent',
      node: 'serve',
      mergedInto: null,
      ending: null,
    });
    expect(await textsOf(ann, younger.id)).toEqual([
      'Did you get my mail?',
      'She called, too.',
      'We look for it.',
      'Thank you!',
    ]);
    expect(await textsOf(ann, elder.id)).toEqual(['Where is my parcel?', 'It is on its way.']);
    const parted = (page: EnquiryPage): boolean => (page as Joined).absorbed.length === 0;
    await enquiryWhen(ann, elder.id, 'parted', parted);
    await found('the elder to tell of it', async () =>
      (await told(admin, elder.id)).includes('was taken back') ? true : null,
    );
    expect((await act(ann, younger.id, 'merge/undo')).body.code).toBe('not-possible-now');
    await act(ann, younger.id, 'merge', { into: elder.id });
    expect(await pageOf(ann, younger.id)).toMatchObject({ ending: 'merged' });
  });

  test('what rings rings no more when it is merged, its holder keeps the whole, and other contacts and channels are asked about', async () => {
    const { ann, bob, sam, admin } = desk;
    const { elder, younger, from } = await twice('ringing');
    const offer = await ringAt(ann, younger.id);
    await acceptRing(ann, elder.id);
    await ann.post(`/v1/enquiries/${younger.id}/merge`, { into: elder.id });
    expect((await ann.ask('POST', `/v1/offers/${offer.id}/accept`, {})).status).toBeGreaterThanOrEqual(400);
    const offers = await ann.get<{ items: { enquiry: string }[] }>('/v1/offers');
    expect(offers.items.filter((each) => each.enquiry === younger.id)).toEqual([]);

    // Nobody had the elder of these: it is his who had the younger.
    const other = await twice('unheld');
    await acceptRing(ann, other.younger.id);
    await ann.post(`/v1/enquiries/${other.younger.id}/merge`, { into: other.elder.id });
    await enquiryWhen(admin, other.elder.id, 'hers', (page) => page.assignee === 'ann' && page.node === 'serve');

    // A closed one is opened again for an open one.
    const closed = await desk.write({ to, from, text: 'Third.' });
    await acceptRing(ann, closed.id);
    await close(ann, elder.id);
    await desk.statusOf(elder.id, 'closed');
    await ann.post(`/v1/enquiries/${closed.id}/merge`, { into: elder.id });
    await enquiryWhen(admin, elder.id, 'open', (page) => page.status === 'ongoing' && page.assignee === 'ann');

    const stranger = await desk.write({ to, from: 'Other <other@customers.example>', text: 'Not hers.' });
    await acceptRing(ann, stranger.id);
    const asked = await act(ann, stranger.id, 'merge', { into: elder.id });
    expect(asked).toMatchObject({ status: 409, body: { code: 'other-contact' } });
    const elsewhere = await desk.addressOf(aFlow({ id: 'elsewhere', ring: { timeout: '8h' } }));
    const away = await desk.write({ to: elsewhere, from, text: 'Elsewhere.' });
    await acceptRing(ann, away.id);
    expect((await act(ann, away.id, 'merge', { into: elder.id })).body.code).toBe('other-channel');
    expect((await act(ann, 'nowhere', 'merge', { into: elder.id })).status).toBe(404);
    expect((await act(bob, stranger.id, 'merge', { into: elder.id, confirm: true })).body.code).toBe('not-assigned');
    await ann.post(`/v1/enquiries/${stranger.id}/merge`, { into: elder.id, confirm: true });
    expect(await textsOf(ann, elder.id)).toContain('Not hers.');

    // Who had it hears of it.
    const last = await desk.write({ to, from, text: 'Last.' });
    await acceptRing(ann, last.id);
    await sam.post(`/v1/enquiries/${last.id}/merge`, { into: elder.id });
    await found('ann to be told of both', async () => {
      const { items } = await ann.get<{ items: { text: string }[] }>('/v1/notices');
      const texts = items.map(({ text }) => text).join('\n');
      return /merged your enquiry \d+ into/.test(texts) && /into your enquiry \d+\./.test(texts) ? true : null;
    });
  });

  test('a message is split off as an enquiry of its own, or moved, and who answers it writes there', async () => {
    const { ann, admin, product } = desk;
    const { elder, younger, from } = await twice('splitting');
    await acceptRing(ann, elder.id);
    await acceptRing(ann, younger.id);
    const only = (await messagesOf(ann, elder.id))[0]?.id ?? '';
    expect((await act(ann, elder.id, `messages/${only}/split`)).body.code).toBe('message-stays');
    await reply(ann, elder.id, 'We look.');
    const answer = await mailFor(product, elder.mail.from, (each) => each.text.includes('We look.'));
    const invoice = anAnswerTo(answer, { from, text: 'And my invoice is wrong.' });
    await sendMail(product, invoice, answer.replyTo[0]);
    await enquiryWhen(ann, elder.id, 'her turn', (page) => page.awaiting === 'agent');
    const message = (await messagesOf(ann, elder.id)).find((each) => each.newText.includes('invoice'))?.id ?? '';

    const split = await ann.post<Done>(`/v1/enquiries/${elder.id}/messages/${message}/split`, {}, 'split-once');
    expect(await ann.post<Done>(`/v1/enquiries/${elder.id}/messages/${message}/split`, {}, 'split-once')).toEqual(
      split,
    );
    const fresh = String(split.detail['to']);
    await acceptRing(ann, fresh);
    expect(await textsOf(ann, fresh)).toEqual(['And my invoice is wrong.']);
    expect(await pageOf(ann, fresh)).toMatchObject({ splitFrom: elder.id, links: [elder.id] });
    expect(await pageOf(ann, elder.id)).toMatchObject({
      moved: [{ message, to: fresh, number: split.detail['number'] }],
    });
    expect(await textsOf(ann, elder.id)).toEqual(['Where is my parcel?', 'We look.']);
    expect((await act(ann, elder.id, `messages/${message}/split`)).body).toMatchObject({
      code: 'message-stays',
      to: fresh,
    });
    expect(await told(admin, fresh)).toContain('split this message off');

    // The customer adds to his own mail about the invoice: that is the new one's; the rest is not.
    const more = anEmail({
      to,
      from,
      text: 'I mean invoice 17.',
      headers: { 'In-Reply-To': invoice.messageId, References: invoice.messageId },
    });
    await sendMail(product, more);
    expect(await verdictOn(admin, more)).toMatchObject({ verdict: 'joined', enquiry: fresh });
    const parcel = anAnswerTo(answer, { from, text: 'The parcel is here.' });
    await sendMail(product, parcel, answer.replyTo[0]);
    expect(await verdictOn(admin, parcel)).toMatchObject({ verdict: 'joined', enquiry: elder.id });

    // The word about the parcel belongs to the other.
    const here = (await messagesOf(ann, elder.id)).find((each) => each.newText.includes('is here'))?.id ?? '';
    const done = await ann.post<Done>(`/v1/enquiries/${elder.id}/messages/${here}/move`, { to: younger.id });
    expect(done.detail['to']).toBe(younger.id);
    await enquiryWhen(ann, younger.id, 'told', (page) => page.awaiting === 'agent');
    expect(await textsOf(ann, younger.id)).toEqual(['Did you get my mail?', 'The parcel is here.']);
    expect(await textsOf(ann, elder.id)).toEqual(['Where is my parcel?', 'We look.']);
    const next = anEmail({
      to,
      from,
      text: 'And opened.',
      headers: { 'In-Reply-To': parcel.messageId, References: parcel.messageId },
    });
    await sendMail(product, next);
    expect(await verdictOn(admin, next)).toMatchObject({ verdict: 'joined', enquiry: younger.id });
    expect((await mailsFor(product, elder.mail.from)).map((each) => each.text.split('\n')[0])).toEqual(['We look.']);
  });

  test('mail that comes and an answer that leaves at the moment of the merge are in the elder, each once', async () => {
    const { ann, admin, product } = desk;
    const { elder, younger, from } = await twice('meanwhile');
    await acceptRing(ann, elder.id);
    await acceptRing(ann, younger.id);
    const words = Array.from({ length: 6 }, (_, number) => `Word ${number}.`);
    const mails = words.map((text) =>
      anEmail({
        to,
        from,
        text,
        headers: { 'In-Reply-To': younger.mail.messageId, References: younger.mail.messageId },
      }),
    );
    const sending = mails.map((mail) => sendMail(product, mail));
    const [answered, done] = await Promise.all([
      act(ann, younger.id, 'replies', { text: 'We look.', confirm: ['newer-message'] }),
      act(ann, younger.id, 'merge', { into: elder.id }),
      ...sending,
    ]);
    // The two may stand in each other's way for a moment; then the same is asked again.
    if (done.status !== 200) await ann.post(`/v1/enquiries/${younger.id}/merge`, { into: elder.id });
    for (const mail of mails)
      expect(await verdictOn(admin, mail)).toMatchObject({ verdict: 'joined', enquiry: younger.id });
    const all = ['Where is my parcel?', 'Did you get my mail?', ...words];
    const texts = await found('all of it to be in the elder', async () => {
      const there = await textsOf(ann, elder.id);
      return all.every((each) => there.includes(each)) ? there : null;
    });
    const letters = texts.filter((each) => each !== 'We look.');
    expect(letters.toSorted((one, other) => one.localeCompare(other))).toEqual(
      all.toSorted((one, other) => one.localeCompare(other)),
    );
    expect(texts.filter((each) => each === 'We look.')).toHaveLength(answered.status === 200 ? 1 : 0);
    if (answered.status !== 200) return;
    await mailFor(product, younger.mail.from, (each) => each.text.includes('We look.'));
    expect(await mailsFor(product, younger.mail.from)).toHaveLength(1);
  });

  test('two merges at once, in both directions, are one', async () => {
    const { ann, sam } = desk;
    const { elder, younger } = await twice('racing');
    await acceptRing(ann, elder.id);
    await acceptRing(ann, younger.id);
    const third = await desk.write({ to, from: 'Customer <racing@customers.example>', text: 'Third.' });
    await acceptRing(ann, third.id);
    const both = await Promise.all([
      act(ann, elder.id, 'merge', { into: younger.id }),
      act(sam, younger.id, 'merge', { into: elder.id }),
      act(ann, third.id, 'merge', { into: younger.id }),
    ]);
    const outcomes = both.slice(0, 2).map(({ status, body }) => (status === 200 ? 'done' : body.code));
    expect(outcomes.toSorted()).toEqual(['done', 'enquiry-merged']);
    const [first, second] = await Promise.all([pageOf(sam, elder.id), pageOf(sam, younger.id)]);
    expect([first.mergedInto, second.mergedInto?.id]).toEqual([null, elder.id]);
    // The third went into the younger at that moment, or was told where that is.
    if (both[2]?.status === 200) {
      await found('the third in the elder', async () =>
        (await textsOf(sam, elder.id)).includes('Third.') ? true : null,
      );
    } else expect(both[2]?.body.code).toBe('enquiry-merged');
    expect(await textsOf(sam, elder.id)).toEqual(
      expect.arrayContaining(['Where is my parcel?', 'Did you get my mail?']),
    );
  });
});
