import type { Flow } from '../../flows/flow';
import { enquiryWorkflowId } from '../../workflows/messages';
import { aFlow } from '../support/a-flow';
import { found } from '../support/found';
import { historyText } from '../support/history';
import { anEnquiry } from '../support/mails-of-work';
import { aDesk, startWork, type Work } from '../support/work';

/** What several flows share: it tags, tells the group, passes the mail on, and comes to its end. */
const inner: Flow = {
  $schema: 'https://ringpost.dev/schema/flow-1.json',
  id: 'returns',
  title: 'Returns',
  start: 'mark',
  variables: { site: { type: 'string', default: 'hk' }, seen: { type: 'integer', default: 0 } },
  nodes: {
    mark: { type: 'tag', add: ['returns'], next: 'count' },
    count: { type: 'set', values: { site: 'sg', seen: { '+': [{ var: 'vars.seen' }, 1] } }, next: 'tell' },
    tell: { type: 'notify', to: { group: 'support' }, text: 'Look at {{ contact.email }}.', next: 'pass-on' },
    'pass-on': {
      type: 'forward',
      to: ['returns@supplier.test', 'support@desk.test', 'MIA@customers.test'],
      next: 'end',
    },
    end: { type: 'close', reason: 'passed-on', notify: 'enquiry-closed' },
  },
};
const outer: Flow = {
  ...aFlow({ id: 'desk', before: { returns: { type: 'subflow', flow: 'returns', next: 'route' } } }),
  variables: { site: { type: 'string', default: 'hk' } },
};

describe('an enquiry whose flow calls another', () => {
  let work: Work;
  let id: string;
  beforeAll(async () => {
    work = await startWork();
    await aDesk(work, { flow: outer, called: [inner], agents: ['ann', 'bob'] });
    id = await anEnquiry(work, { subject: 'Broken on arrival', text: 'The screen is cracked.' });
    await found('a ring', async () => ((await work.store.enquiries.get(id))?.status === 'ringing' ? true : null));
  });
  afterAll(() => work.stop());

  test('goes through both, and each step is kept under a name that says where', async () => {
    const story = await work.store.enquiries.story(id);
    expect(story.flatMap(({ next }) => next ?? [])).toEqual([
      'returns',
      'returns/mark',
      'returns/count',
      'returns/tell',
      'returns/pass-on',
      'returns/end',
      'route',
      'ring',
    ]);
    const state = (await work.store.enquiries.get(id))?.state;
    expect(state).toMatchObject({ tags: ['returns'], vars: { site: 'sg', 'returns/seen': 1 }, forwards: 1 });
  });

  test('tells each colleague once, in words that never enter the history', async () => {
    const { notices, unread } = await work.store.notices.of('ann', new Date());
    expect(notices).toMatchObject([{ sort: 'flow', text: 'Look at mia@customers.test.', enquiry: id, readAt: null }]);
    expect(unread).toBe(1);
    expect((await work.store.notices.of('bob', new Date())).unread).toBe(1);
    const history = await work.client.workflow.getHandle(enquiryWorkflowId(id)).fetchHistory();
    const text = historyText(history);
    // In capitals it stands in the flow itself.
    for (const secret of ['mia@', 'Mia', 'Broken', 'cracked']) expect(text).not.toContain(secret);
  });

  test('passes the mail on once, from its own address, to nobody but those outside', async () => {
    const mail = await found('the mail', async () => (await work.sent())[0]?.replace(/=\r?\n/g, '') ?? null);
    expect(await work.sent()).toHaveLength(1);
    expect(mail).toMatch(/^From: Support desk <support@desk\.test>$/m);
    expect(mail).toMatch(/^To: returns@supplier\.test$/m);
    expect(mail).toMatch(/^Subject: Fwd: Broken on arrival$/m);
    expect(mail).toMatch(/^Auto-Submitted: auto-generated$/m);
    expect(mail).toMatch(/^X-Loop: desk\.test$/m);
    expect(mail).toContain('From: Mia Wong <mia@customers.test>');
    expect(mail).toContain('The screen is cracked.');
    expect(mail).not.toMatch(/^In-Reply-To:/m);
    const [entry] = await work.store.outbox.ofEnquiry(id);
    expect(entry).toMatchObject({ kind: 'forward', envelope: { to: ['returns@supplier.test'] } });
    // That it did not arrive would be known: it does not leave from the null sender.
    expect(entry?.envelope.from).toMatch(/^support\+b\..*@desk\.test$/);
  });

  test('passes on nothing that a machine wrote', async () => {
    const other = await anEnquiry(work, { automatic: true });
    await found('a ring', async () => ((await work.store.enquiries.get(other))?.status === 'ringing' ? true : null));
    expect(await work.store.outbox.ofEnquiry(other)).toEqual([]);
    const story = await work.store.enquiries.story(other);
    expect(story).toContainEqual(
      expect.objectContaining({ node: 'returns/pass-on', what: 'Nothing was sent on: the mail is automatic.' }),
    );
  });

  test('stays with what was pinned when the other is published anew', async () => {
    const text = JSON.stringify({
      ...inner,
      nodes: { ...inner.nodes, mark: { ...inner.nodes['mark'], add: ['other'] } },
    });
    const at = new Date();
    await work.store.flows.publish('returns', { text, by: 'admin', at, message: 'other tags' });
    const later = await anEnquiry(work);
    const ringing = await found('a ring', async () => {
      const enquiry = await work.store.enquiries.get(later);
      return enquiry?.status === 'ringing' ? enquiry : null;
    });
    expect(ringing.tags).toEqual(['returns']);
  });
});
