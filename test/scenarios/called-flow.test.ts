import type { Flow } from '../../flows/flow';
import { aFlow } from '../support/a-flow';
import { anAnswerTo, mailFor, mailsFor, sendMail } from '../support/customer';
import { startDemoDesk, type DemoDesk } from '../support/demo-desk';
import { messagesOf, told, verdictOn } from '../support/desk-work';
import { found } from '../support/found';
import { publish } from '../support/settings-work';

jest.setTimeout(300_000);

const SUPPLIER = 'returns@supplier.example';

/** What several flows share: it tags, tells the group and passes the mail on. */
const returns = (tag: string, more: Partial<Flow> = {}): Flow => ({
  $schema: 'https://ringpost.dev/schema/flow-1.json',
  id: 'returns',
  title: 'Returns',
  start: 'mark',
  onError: 'end',
  nodes: {
    mark: { type: 'tag', add: [tag], next: 'tell' },
    tell: {
      type: 'notify',
      to: { group: 'support' },
      text: 'Enquiry {{ enquiry.number }} of {{ contact.email }} is about a return.',
      next: 'pass-on',
    },
    'pass-on': { type: 'forward', to: [SUPPLIER], next: 'end' },
    end: { type: 'close', reason: 'passed-on', notify: false },
  },
  ...more,
});
const desks = (id: string): Flow =>
  aFlow({ id, before: { returns: { type: 'subflow', flow: 'returns', next: 'route' } } });

describe('a flow that calls another', () => {
  let desk: DemoDesk;
  beforeAll(async () => {
    desk = await startDemoDesk();
    await publish(desk.admin, returns('returns'));
  });
  afterAll(() => desk?.product.remove());

  test('runs it whole: colleagues find it in their notices, the supplier has the mail, and his answer joins', async () => {
    const { admin, ann, product } = desk;
    const to = await desk.addressOf(desks('returns-desk'));
    const { id, mail } = await desk.write({ to, from: 'mia@customers.example', subject: 'It is broken' });
    const page = await desk.statusOf(id, 'ringing');
    expect(page.tags).toEqual(['returns']);
    expect(await told(admin, id)).toContain('At "returns/tell" (notify): Colleagues were told');

    const notices = await ann.get<{ items: { text: string; enquiry: string }[]; unread: number }>('/v1/notices');
    expect(notices.items.filter(({ enquiry }) => enquiry === id)).toMatchObject([
      { text: `Enquiry ${page.number} of mia@customers.example is about a return.` },
    ]);
    expect(notices.unread).toBeGreaterThan(0);
    expect((await ann.post<{ unread: number }>('/v1/notices/read', {})).unread).toBe(0);

    const passed = await mailFor(product, SUPPLIER);
    expect(passed).toMatchObject({ subject: 'Fwd: It is broken' });
    const answer = anAnswerTo(passed, { from: SUPPLIER, text: 'Send it back to us.' });
    await sendMail(product, answer, passed.replyTo[0]);
    expect(await verdictOn(admin, answer)).toMatchObject({ verdict: 'joined', enquiry: id });
    const answers = await found('the answer', async () => {
      const all = await messagesOf(admin, id);
      return all.find(({ newText }) => newText.includes('Send it back')) ?? null;
    });
    expect(answers.direction).toBe('in');
    // Whoever was told of it, it went out once, and the customer is not the supplier.
    expect(await mailsFor(product, SUPPLIER)).toHaveLength(1);
    expect(mail.from).toBe('mia@customers.example');
  });

  test('stays with the copy that was pinned until it is published again itself', async () => {
    const to = await desk.addressOf(desks('pinned-desk'));
    await publish(desk.admin, returns('other-tag'));
    const { id } = await desk.write({ to });
    expect((await desk.statusOf(id, 'ringing')).tags).toEqual(['returns']);
    const again = await publish(desk.admin, desks('pinned-desk'));
    expect(again.revision).toBe(2);
  });

  test('is refused when the other would call it in turn', async () => {
    const back = returns('x', {
      nodes: {
        mark: { type: 'subflow', flow: 'returns-desk', next: 'end' },
        end: { type: 'close', reason: 'x', notify: false },
      },
    });
    await expect(publish(desk.admin, back)).rejects.toThrow(/E503/);
  });
});
