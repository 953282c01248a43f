import { aFlow } from '../support/a-flow';
import { anAnswerTo, anEmail, mailFor, sendMail } from '../support/customer';
import type { Colleague } from '../support/colleague';
import { startDemoDesk, type DemoDesk } from '../support/demo-desk';
import { acceptAtOneOf, close, mailsThatLeft, messagesOf, reply, verdictOn } from '../support/desk-work';
import { found } from '../support/found';
import { startOtherSystem, type OtherSystem } from '../support/other-system';
import { historyText } from '../support/history';
import { allHistories, shownOfRuns, withTemporal } from '../support/temporal-view';
import { placesWith } from '../support/words-kept';

jest.setTimeout(400_000);

/** Stands in everything that is the person's, and in nothing else. */
const WORD = 'canarybird';
const ADDRESS = `carl@${WORD}.example`;
const FIRST = `<first@${WORD}.example>`;
const HIM = `Carl Canarybird <carl@${WORD}.example>`;
const DORA = 'Dora Other <dora@customers.example>';
const SUE = 'Sue Supplier <sue@supplier.example>';

describe('erasing a person', () => {
  let desk: DemoDesk;
  let other: OtherSystem;
  let contact: string;
  /** An enquiry of his, and one of Dora's in which he was asked and that her colleague quotes him in. */
  let his: string;
  let hers: string;
  let hisAgent: Colleague;
  let herAgent: Colleague;
  beforeAll(async () => {
    [desk, other] = [await startDemoDesk(), await startOtherSystem()];
  });
  afterAll(async () => {
    await desk?.product.remove();
    await other?.stop();
  });

  const hits = async (): Promise<number> =>
    (await desk.admin.get<{ items: object[] }>(`/v1/search?q=${WORD}`)).items.length;

  const joined = async (mail: ReturnType<typeof anEmail>, rcpt: string): Promise<string> => {
    expect(await sendMail(desk.product, mail, rcpt)).toMatchObject({ code: 250 });
    return (await verdictOn(desk.admin, mail)).message ?? '';
  };

  const takenBy = (enquiry: string) => acceptAtOneOf([desk.ann, desk.bob], enquiry);

  /** Mails, notes, a draft and a side thread of his own enquiry. */
  async function writesHimself(to: string): Promise<void> {
    const { admin, product } = desk;
    const messageId = FIRST;
    const first = anEmail({ messageId, from: HIM, to, subject: `${WORD} asks`, text: `My ${WORD} is broken.\n\nCarl` });
    await joined(first, to);
    his = (await verdictOn(admin, first)).enquiry ?? '';
    hisAgent = await takenBy(his);
    contact = (await desk.statusOf(his, 'ongoing')).contact ?? '';
    await reply(hisAgent, his, `We look after your ${WORD}.`);
    const answer = await mailFor(product, ADDRESS, (mail) => mail.text.includes('look after'));
    const thanks = `Thanks from the ${WORD}.\n\n> We look after your ${WORD}.`;
    await joined(anAnswerTo(answer, { from: HIM, text: thanks }), answer.replyTo[0] ?? '');
    await hisAgent.post(`/v1/enquiries/${his}/notes`, { text: `The ${WORD} sounds nice.` });
    await hisAgent.post(`/v1/enquiries/${his}/forwards`, { to: ['sue@supplier.example'], text: `Mr. ${WORD} asks.` });
    const question = await mailFor(product, 'sue@supplier.example', (mail) => mail.text.includes(WORD));
    const quoting = `Tell ${WORD} so.\n\n> My ${WORD} is broken.`;
    await joined(anAnswerTo(question, { from: SUE, text: quoting }), question.replyTo[0] ?? '');
    await hisAgent.put(`/v1/enquiries/${his}/draft`, { text: `Dear ${WORD}` });
    await admin.patch(`/v1/contacts/${contact}`, { notes: `Likes his ${WORD}.` });
    await admin.post(`/v1/contacts/${contact}/addresses`, { address: `second@${WORD}.example` });
  }

  /** An enquiry of somebody else who quotes him, has him in Cc, and about whom an agent asks him. */
  async function isNamedByDora(to: string): Promise<void> {
    const { admin, product } = desk;
    const quoting = anEmail({
      from: DORA,
      to,
      text: `Where is mine? Ask ${ADDRESS}.\n\nOn Monday Carl Canarybird <${ADDRESS}> wrote:\n> My ${WORD} is broken.`,
      headers: { Cc: 'Carl Canarybird <Carl@CanaryBird.example>', References: FIRST },
    });
    await joined(quoting, to);
    hers = (await verdictOn(admin, quoting)).enquiry ?? '';
    herAgent = await takenBy(hers);
    await herAgent.post(`/v1/enquiries/${hers}/forwards`, { to: [ADDRESS], text: 'What do you think?' });
    const asked = await mailFor(product, ADDRESS, (mail) => mail.text.includes('do you think'));
    await joined(anAnswerTo(asked, { from: HIM, text: `The ${WORD} thinks so.` }), asked.replyTo[0] ?? '');
    await reply(herAgent, hers, 'It is on its way.');
    await mailsThatLeft(admin, hers, () => true);
  }

  /** Lists that were uploaded, one saved and one not. */
  async function isImported(): Promise<void> {
    const file = { text: `Email,Name\r\n${ADDRESS},Carl Canarybird\r\n${WORD} none,X\r\n`, type: 'text/csv' };
    const upload = () =>
      desk.admin.upload<{ id: string; mapping: object }>(`/v1/contact-imports?name=${WORD}.csv`, file);
    const { id, mapping } = await upload();
    await desk.admin.post(`/v1/contact-imports/${id}/save`, { mapping });
    await upload();
  }

  test('every place that may hold his words holds them', async () => {
    const { admin, product } = desk;
    other.does({ status: 500 });
    const listener = { id: 'listener', title: 'Listener', baseUrl: other.url, allowInternal: true, methods: ['POST'] };
    await admin.post('/v1/connections', { ...listener, auth: { kind: 'none' } });
    const events = ['enquiry.started', 'message.received', 'note.added', 'enquiry.closed', 'side-message.received'];
    await admin.post('/v1/event-webhooks', { id: 'all', title: 'All', connection: 'listener', path: '/', events });
    const to = await desk.addressOf(aFlow({ id: 'erasing' }));
    await isImported();
    await writesHimself(to);
    await isNamedByDora(to);
    // An act on all of his, a colleague who is told of him elsewhere, and a list without titles that comes to nothing.
    await admin.post('/v1/bulk', { act: 'tag', filter: { contact }, add: ['asked-for'] });
    await herAgent.post(`/v1/enquiries/${hers}/notes`, { text: `Ask ${ADDRESS}.`, mentions: [hisAgent.id] });
    await admin.post('/v1/backtests', { channel: 'erasing', from: 'stored', last: 20 });
    await close(hisAgent, his, { notify: true });
    await desk.statusOf(his, 'closed');
    await mailsThatLeft(admin, his, () => true);
    await found('search to find him', async () => ((await hits()) > 0 ? true : null));
    expect((await admin.get<{ waiting: number }>('/v1/event-webhooks/all')).waiting).toBeGreaterThan(5);
    const kinds = new Set((await placesWith(product, WORD)).map((place) => place.split(/[/ ]/)[0]));
    const known = ['contactImports', 'contactLinks', 'contacts', 'drafts', 'enquiries', 'file', 'ledger', 'messages'];
    expect([...kinds]).toEqual(expect.arrayContaining([...known, 'outbox', 'threadKeys']));
  });

  test('Temporal has been told nothing of him but the domain of his address', async () => {
    const places = await withTemporal(desk.product, async (client) => [
      ...[...(await allHistories(client))].map(([run, history]) => [run, historyText(history)] as const),
      ...(await shownOfRuns(client)),
    ]);
    expect(places.some(([run, text]) => run.startsWith(`enquiry/${his}`) && text.includes(`${WORD}.example`))).toBe(
      true,
    );
    const more = places.flatMap(([run, text]) =>
      [...text.toLowerCase().matchAll(new RegExp(`.{0,40}${WORD}(?!\\.example).{0,20}|.@${WORD}`, 'g'))].map(
        ([found_]) => `${run}: ${found_}`,
      ),
    );
    expect(more).toEqual([]);
  });

  test('while a mail to him waits in an enquiry of somebody else nothing is erased', async () => {
    const sendAfter = new Date(Date.now() + 86_400_000).toISOString();
    const later = { to: [ADDRESS], text: 'Tomorrow.', sendAfter };
    const { detail } = await herAgent.post<{ detail: { outbox: string } }>(`/v1/enquiries/${hers}/forwards`, later);
    const refused = await desk.admin.ask('POST', `/v1/contacts/${contact}/erase`, { reason: 'Letter 17.' });
    expect(refused.body).toMatchObject({ code: 'wrong-state', detail: expect.stringContaining('1 mail(s)') });
    await herAgent.post(`/v1/outbox/${encodeURIComponent(detail.outbox)}/undo`);
  });

  test('no word of him is left anywhere though the process dies in the middle, and what is others’ stays', async () => {
    const { admin, product } = desk;
    await product.kill();
    await product.start({ RINGPOST_FAIL_AT: 'erasing.threadKeys' });
    await admin.ask('POST', `/v1/contacts/${contact}/erase`, { reason: 'Letter 17.' }).catch(() => null);
    await found('the death in the middle of it', () => product.ending(), 60_000);
    expect(product.ending()).toContain('SIGKILL');
    await product.start();
    const done = async (): Promise<string | null> =>
      (await admin.get<{ items: { doneAt: string | null }[] }>('/v1/erasures')).items[0]?.doneAt ?? null;
    await found('it to go on by itself and end', done, 120_000);
    await found('search to have forgotten him', async () => ((await hits()) === 0 ? true : null));
    // The index gives its file's pages back a moment later.
    const gone = async (): Promise<true | null> => ((await placesWith(product, WORD)).length === 0 ? true : null);
    await found('the last word to go', gone, 30_000).catch(() => undefined);
    expect(await placesWith(product, WORD)).toEqual([]);
    const left = (await messagesOf(admin, hers)).map(({ newText }) => newText);
    expect(left).toEqual(expect.arrayContaining(['Where is mine? Ask [erased].', 'It is on its way.']));
    expect(await desk.statusOf(hers, 'ongoing')).toMatchObject({ subject: 'Where is my order?' });
  });
});
