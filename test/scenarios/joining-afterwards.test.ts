import { aFlow } from '../support/a-flow';
import type { Colleague } from '../support/colleague';
import { anAnswerTo, anEmail, mailFor, sendMail, type Email, type ReceivedEmail } from '../support/customer';
import { startDemoDesk, type DemoDesk } from '../support/demo-desk';
import { acceptRing, enquiryWhen, messagesOf, reply, says, told, verdictOn } from '../support/desk-work';
import type { EnquiryPage, LedgerEntry } from '../support/desk-work';
import { found } from '../support/found';
import { startOtherSystem, type OtherSystem } from '../support/other-system';
import { servers } from '../worker/intake/reports-of-servers';

jest.setTimeout(300_000);

interface Heard {
  type: string;
  data: { enquiry: { id: string; number: number }; into?: { id: string; number: number }; by?: string };
}
type Whole = EnquiryPage & { attention: { why: string; mail: string } | null; absorbed: { id: string }[] };

describe('what still comes for enquiries that were merged one into the other', () => {
  let desk: DemoDesk;
  let other: OtherSystem;
  let to: string;
  const from = 'Chain Customer <chain@customers.example>';
  /** Eldest first. */
  let ids: [string, string, string];
  let answer: ReceivedEmail;
  let outbox: string;
  let question: ReceivedEmail;

  beforeAll(async () => {
    [desk, other] = [await startDemoDesk({ RINGPOST_UNDO: '1s' }), await startOtherSystem()];
    const { admin } = desk;
    const connection = { id: 'listener', title: 'Listener', baseUrl: other.url, allowInternal: true };
    await admin.post('/v1/connections', { ...connection, methods: ['POST'] });
    const webhook = { id: 'merges', title: 'Merges', connection: 'listener', path: '/', events: ['enquiry.merged'] };
    await admin.post('/v1/event-webhooks', webhook);
    to = await desk.addressOf(aFlow({ id: 'chain', ring: { timeout: '8h' } }));
    await says(desk.bob, 'away');
  });
  afterAll(async () => {
    await desk?.product.remove();
    await other?.stop();
  });

  const pageOf = (who: Colleague, id: string) => who.get<Whole>(`/v1/enquiries/${id}`);
  const textsOf = async (id: string) => (await messagesOf(desk.ann, id)).map((each) => each.newText.trim());
  const merge = (one: string, into: string) =>
    found('the merge to be decided', async () => {
      const done = await desk.ann.ask('POST', `/v1/enquiries/${one}/merge`, { into }, `${one}-${into}`);
      return done.status === 202 ? null : done.status;
    });
  const comesTo = async (
    id: string,
    mail: Email,
    rcpt: string | undefined,
  ): Promise<LedgerEntry & { nowIn: string }> => {
    expect(await sendMail(desk.product, mail, rcpt ?? mail.to)).toMatchObject({ code: 250 });
    const text = mail.raw.split('\r\n\r\n')[1]?.trim() ?? '';
    await found(`"${text}" in the eldest`, async () => ((await textsOf(id)).includes(text) ? true : null));
    return (await verdictOn(desk.admin, mail)) as LedgerEntry & { nowIn: string };
  };

  test('three become one, and each merge is told to who listens', async () => {
    const { ann, product } = desk;
    const written: string[] = [];
    for (const text of ['First.', 'Second.', 'Third.']) {
      const { id } = await desk.write({ to, from, text });
      await acceptRing(ann, id);
      written.push(id);
    }
    ids = written as typeof ids;
    const [first, second, third] = ids;
    outbox = await reply(ann, third, 'We look into the third.');
    answer = await mailFor(product, 'chain@customers.example', (mail) => mail.text.includes('into the third'));
    await ann.post(`/v1/enquiries/${third}/forwards`, { to: ['sue@supplier.example'], text: 'What is it, Sue?' });
    question = await mailFor(product, 'sue@supplier.example', (mail) => mail.text.includes('What is it'));
    // The youngest into the middle one, and that into the eldest.
    expect([await merge(third, second), await merge(second, first)]).toEqual([200, 200]);
    await enquiryWhen(ann, first, 'the whole', (page) => (page as Whole).absorbed.length > 0);
    await found('all three texts in the eldest', async () => {
      const texts = await textsOf(first);
      return ['First.', 'Second.', 'Third.', 'We look into the third.'].every((each) => texts.includes(each)) || null;
    });
    expect((await textsOf(first)).filter((each) => each === 'Third.')).toHaveLength(1);
    const merges = await found('both merges to be told', async () => {
      const events = other.heard.map(({ body }) => JSON.parse(body) as Heard);
      return new Set(events.map(({ data }) => data.enquiry.id)).size === 2 ? events : null;
    });
    const [eldest, middle] = await Promise.all([pageOf(ann, first), pageOf(ann, second)]);
    expect(merges).toContainEqual(
      expect.objectContaining({
        type: 'enquiry.merged',
        data: expect.objectContaining({ by: 'ann', into: { id: second, number: middle.number } }),
      }),
    );
    expect(merges).toContainEqual(
      expect.objectContaining({
        data: expect.objectContaining({ by: 'ann', into: { id: first, number: eldest.number } }),
      }),
    );
    expect(JSON.stringify(merges)).not.toMatch(/chain customer|customers\.example|Third\./i);
  });

  test('what the contact answers in the youngest comes to the eldest, and the ledger says where it is now', async () => {
    const [first, , third] = ids;
    const thanks = anAnswerTo(answer, { from, text: 'Thank you for the third.' });
    const entry = await comesTo(first, thanks, answer.replyTo[0]);
    expect(entry).toMatchObject({ verdict: 'joined', enquiry: third, nowIn: first });
    await enquiryWhen(desk.ann, first, 'her turn', (page) => page.awaiting === 'agent');
  });

  test('what somebody outside answers in a side thread of the youngest comes to the eldest, never as the contact', async () => {
    const [first] = ids;
    const before = await pageOf(desk.ann, first);
    const says_ = anAnswerTo(question, { from: 'Sue <sue@supplier.example>', text: 'It is a spare part.' });
    await comesTo(first, says_, question.replyTo[0]);
    expect((await pageOf(desk.ann, first)).contact).toBe(before.contact);
    const shown = await desk.ann.get<{ items: { newText: string; side: object | null }[] }>(
      `/v1/enquiries/${first}/messages`,
    );
    expect(shown.items.find(({ newText }) => newText.includes('spare part'))?.side).not.toBeNull();
  });

  test('a report that an answer written in the youngest did not arrive asks the holder of the eldest to look', async () => {
    const { product, ann } = desk;
    const [first] = ids;
    const lines = servers['Postfix']?.({
      login: to,
      recipient: 'chain@customers.example',
      messageId: answer.messageId,
    });
    const raw = (lines ?? []).join('\r\n');
    const report: Email = { ...anEmail({ to: answer.returnPath }), raw, from: '' };
    expect(await sendMail(product, report, answer.returnPath)).toMatchObject({ code: 250 });
    await enquiryWhen(ann, first, 'in need of a look', (page) => (page as Whole).attention !== null);
    expect((await pageOf(ann, first)).attention).toMatchObject({ why: 'bounced', mail: outbox });
    await found('the story of the eldest to tell it', async () =>
      (await told(ann, first)).includes('A mail did not arrive') ? true : null,
    );
    const bounced = (await messagesOf(ann, first)).find((each) => each.outbox === outbox);
    expect(bounced?.delivery?.state).toBe('bounced');
  });

  test('after the second merge is taken back the middle one holds the youngest still', async () => {
    const { ann } = desk;
    const [first, second, third] = ids;
    await ann.post(`/v1/enquiries/${second}/merge/undo`);
    await found('the middle one to stand alone with the youngest', async () => {
      const texts = await textsOf(second);
      return ['Second.', 'Third.', 'We look into the third.'].every((each) => texts.includes(each)) || null;
    });
    await found('the eldest alone', async () => ((await textsOf(first)).includes('Third.') ? null : true));
    const again = anAnswerTo(answer, { from, text: 'And once more.' });
    const entry = await comesTo(second, again, answer.replyTo[0]);
    expect(entry).toMatchObject({ enquiry: third, nowIn: second });
    expect(await textsOf(first)).not.toContain('And once more.');
  });

  test('all of a customer become one in bulk, over a restart, and each is told where it went', async () => {
    const { ann, admin, product } = desk;
    const written: string[] = [];
    for (const text in { One: 1, Two: 1, Three: 1, Four: 1 }) {
      const { id } = await desk.write({ to, from: 'bulk@customers.example', text: `${text}.` });
      await acceptRing(ann, id);
      written.push(id);
    }
    const [eldest = '', ...younger] = written;
    const { contact } = await pageOf(ann, eldest);
    const filter = { contact };
    const preview = await ann.post<{ into: string; count: number }>('/v1/bulk/preview', { act: 'merge', filter });
    expect(preview).toMatchObject({ into: eldest, count: 3 });
    const job = await ann.post<{ id: string }>('/v1/bulk', { act: 'merge', filter });
    await product.kill();
    await product.start();
    await found('the job to be over', async () => {
      const { state, result } = await ann.get<{ state: string; result: object }>(`/v1/bulk/${job.id}`);
      return state === 'done' ? result : null;
    });
    for (const id of younger) expect(await pageOf(admin, id)).toMatchObject({ ending: 'merged', status: 'closed' });
    await found('all texts in the eldest', async () => {
      const texts = await textsOf(eldest);
      return ['One.', 'Two.', 'Three.', 'Four.'].every((each) => texts.includes(each)) || null;
    });
    expect((await textsOf(eldest)).toSorted()).toEqual(['Four.', 'One.', 'Three.', 'Two.']);
    await enquiryWhen(ann, eldest, 'whole', (page) => (page as Whole).absorbed.length === 3);
  });
});
