import type { Flow, FlowNode } from '../../flows/flow';
import { aFlow } from '../support/a-flow';
import { startDemoDesk, type DemoDesk } from '../support/demo-desk';
import { acceptAtOneOf, close, enquiryWhen, messagesOf } from '../support/desk-work';
import { found } from '../support/found';
import { startOtherSystem, type OtherSystem } from '../support/other-system';
import { publish } from '../support/settings-work';
import { expectNothingPersonal } from '../support/temporal-view';

jest.setTimeout(400_000);

/** Words that only the CRM knows, or that only the mail holds. */
const NAME = 'Carla Canarywright';
const PHONE = '+49 30 8812377';
const SUBJECT = 'My canaryknee and an invoice';
const FROM = 'carla.writes@customers.example';

const before: Record<string, FlowNode> = {
  ask: {
    type: 'webhook',
    connection: 'crm',
    request: { method: 'GET', path: '/customers', query: { email: '{{contact.email}}' } },
    save: { name: '/name', phone: '/phone', income: '/income' },
    next: 'keep',
  },
  keep: {
    type: 'set',
    values: { topic: { cat: [{ var: 'vars.name' }, ' on ', { lower: { var: 'message.subject' } }] } },
    next: 'decide',
  },
  decide: {
    type: 'switch',
    cases: [{ when: { matches: [{ var: 'vars.topic' }, '\\binvoice\\b'] }, next: 'mark' }],
    default: 'route',
  },
  mark: { type: 'tag', rules: [{ when: { '>=': [{ var: 'vars.income' }, 9000] }, add: ['vip'] }], next: 'tell' },
  tell: { type: 'note', text: '{{ vars.name }}, {{ vars.phone }}: {{ vars.topic }}', next: 'call' },
  call: {
    type: 'webhook',
    connection: 'crm',
    request: { method: 'POST', path: '/seen', body: { who: '{{ vars.name }}', income: '{{ vars.income }}' } },
    next: 'inform',
  },
  inform: { type: 'notify', to: { group: 'support' }, text: '{{ vars.name }} writes', next: 'route' },
};
const variables: Flow['variables'] = {
  name: { type: 'string', default: 'somebody', personal: true },
  phone: { type: 'string', default: '', personal: true },
  income: { type: 'integer', default: 0, personal: true },
  topic: { type: 'string', default: '', personal: true },
};
const flow: Flow = { ...aFlow({ id: 'who', before }), variables };

interface Timeline {
  items: { node: string | null; kind: string; line: string; detail: Record<string, unknown> | null }[];
}

describe('a flow with personal variables', () => {
  let desk: DemoDesk;
  let crm: OtherSystem;
  let id: string;
  beforeAll(async () => {
    [desk, crm] = [await startDemoDesk(), await startOtherSystem()];
    crm.does(({ path }) => ({ json: path === '/seen' ? {} : { name: NAME, phone: PHONE, income: 9731 } }));
    await desk.admin.post('/v1/connections', {
      id: 'crm',
      title: 'CRM',
      baseUrl: crm.url,
      allowInternal: true,
      methods: ['GET', 'POST'],
      auth: { kind: 'none' },
    });
    const to = await desk.addressOf(flow);
    id = (await desk.write({ to, from: FROM, subject: SUBJECT, text: 'It hurts.' })).id;
    await desk.statusOf(id, 'ringing');
  });
  afterAll(async () => {
    await desk?.product.remove();
    await crm?.stop();
  });

  test('decides by them, writes them into notes, notices and what it asks', async () => {
    const page = await desk.statusOf(id, 'ringing');
    expect(page.tags).toEqual(['vip']);
    const notes = (await messagesOf(desk.admin, id)).filter(({ direction }) => direction === 'note');
    expect(notes.map(({ newText }) => newText)).toEqual([`${NAME}, ${PHONE}: ${NAME} on ${SUBJECT.toLowerCase()}`]);
    expect(JSON.parse(crm.heard.at(-1)?.body ?? '{}')).toEqual({ who: NAME, income: '9731' });
    const { items } = await desk.ann.get<{ items: { text: string }[] }>('/v1/notices');
    expect(items.map(({ text }) => text)).toContain(`${NAME} writes`);
  });

  test('shows their values in the timeline of the enquiry, and in no sentence of it', async () => {
    const { items } = await desk.sam.get<Timeline>(`/v1/enquiries/${id}/timeline`);
    const kept = items.filter(({ detail }) => detail?.['personal']);
    expect(kept.map(({ node, detail }) => [node, detail?.['personal']])).toEqual([
      ['ask', { name: NAME, phone: PHONE, income: 9731 }],
      ['keep', { topic: `${NAME} on ${SUBJECT.toLowerCase()}` }],
    ]);
    expect(items.map(({ line }) => line).join('\n')).not.toContain(NAME);
  });

  test('holds through a crash: what was kept is read again, and the run goes on to its end', async () => {
    await desk.product.kill();
    await desk.product.start();
    const agent = await acceptAtOneOf([desk.ann, desk.bob], id);
    await close(agent, id, { notify: false });
    await enquiryWhen(desk.admin, id, 'closed', ({ status }) => status === 'closed');
  });

  test('becomes a test beside the flow in which the person is made up', async () => {
    const made = await desk.admin.post<{
      test: { answers: object; expect: object };
      trouble: string[];
      replaced: string[];
    }>(`/v1/enquiries/${id}/test`, { title: 'a VIP asks for an invoice', save: false });
    expect(made.trouble).toEqual([]);
    const text = JSON.stringify(made.test);
    for (const word of [NAME, PHONE, '9731', 'canaryknee', FROM]) expect(text).not.toContain(word);
    expect(made.replaced).toEqual(
      expect.arrayContaining(['vars.name', 'vars.phone', 'vars.income', 'message.subject']),
    );
    expect(made.test.expect).toMatchObject({ tags: ['vip'], ending: 'resolved' });
  });

  test('plays in a backtest with what was kept', async () => {
    const nodes = {
      ...flow.nodes,
      mark: { ...flow.nodes['mark'], rules: [{ when: { '>=': [{ var: 'vars.income' }, 10_000] }, add: ['vip'] }] },
    };
    await desk.admin.put('/v1/flows/who/draft', { text: JSON.stringify({ ...flow, nodes }) });
    const { id: backtest } = await desk.admin.post<{ id: string }>('/v1/backtests', {
      channel: 'who',
      from: 'stored',
      last: 10,
    });
    const done = await found('the backtest', async () => {
      const job = await desk.admin.get<{ state: string }>(`/v1/jobs/${backtest}`);
      return job.state === 'done' ? job : null;
    });
    expect(JSON.stringify(done)).toContain('"live":"vip"');
    expect(JSON.stringify(done)).not.toContain(NAME);
  });

  test('leaves none of the words in a history, an attribute or a log', async () => {
    const words = [NAME, PHONE, '9731', SUBJECT, FROM, 'Canarywright', 'canaryknee'];
    const compared = await expectNothingPersonal(desk.product, desk.admin, words);
    expect(compared.histories).toBeGreaterThan(2);
    for (const word of words) expect(desk.product.output()).not.toContain(word);
  });

  test('loses the values when the person is erased', async () => {
    const { contact } = await desk.statusOf(id, 'closed');
    await desk.admin.post(`/v1/contacts/${contact ?? ''}/erase`, { reason: 'asked for' });
    await found('it to be erased', async () => {
      const { items } = await desk.admin.get<{ items: { doneAt: string | null }[] }>('/v1/erasures');
      return items[0]?.doneAt ? true : null;
    });
    const { items } = await desk.admin.get<Timeline>(`/v1/enquiries/${id}/timeline`);
    expect(items.flatMap(({ detail }) => detail?.['personal'] ?? [])).toEqual([
      { name: null, phone: null, income: null },
      { topic: null },
    ]);
  });

  test('is migrated with what they hold', async () => {
    const to = 'who@localhost';
    const mail = await desk.write({ to, from: 'dora.other@customers.example', subject: 'An invoice' });
    const agent = await acceptAtOneOf([desk.ann, desk.bob], mail.id);
    const { serve, done, ...nodes } = flow.nodes;
    const last: FlowNode = { type: 'note', text: 'Bye, {{ vars.name }}.', next: 'end' };
    const next = { ...flow, nodes: { ...nodes, serve, done: last, end: done } } as Flow;
    await publish(desk.admin, next);
    await desk.admin.post(`/v1/enquiries/${mail.id}/migrate`, { revision: 2 });
    await close(agent, mail.id, { notify: false });
    const notes = await found('the note', async () => {
      const all = (await messagesOf(desk.admin, mail.id)).filter(({ direction }) => direction === 'note');
      return all.length > 1 ? all : null;
    });
    expect(notes.map(({ newText }) => newText)).toContain(`Bye, ${NAME}.`);
  });
});
