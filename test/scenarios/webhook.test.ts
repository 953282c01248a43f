import supportEmail from '../flows/fixtures/support-email.json';
import vipWebhook from '../../flows/examples/vip-webhook.json';
import type { Flow, FlowNode, WebhookNode } from '../../flows/flow';
import { anAnswerTo, mailFor, sendMail } from '../support/customer';
import { startDemoDesk, type DemoDesk } from '../support/demo-desk';
import { acceptRing, close, enquiryWhen, messagesOf, told } from '../support/desk-work';
import { found } from '../support/found';
import { startOtherSystem, type Heard, type OtherSystem } from '../support/other-system';
import { aGroup } from '../support/settings-work';
import { expectNothingPersonal } from '../support/temporal-view';

jest.setTimeout(400_000);

const SECRET = 'canary-secret-of-the-crm';
const VIP = 'victoria.important@customers.example';

/** The flow of the documentation, by another name, with another call; `sticky` is not built yet. */
function flowThatAsks(id: string, ask: Partial<WebhookNode> = {}): Flow {
  const { nodes, ...rest } = structuredClone(supportEmail) as unknown as Flow;
  const { sticky: _sticky, ...gold } = nodes['route-gold'] as FlowNode & { sticky?: string };
  const asks = { ...nodes['look-up-tier'], ...ask } as FlowNode;
  return { ...rest, id, nodes: { ...nodes, 'route-gold': gold, 'look-up-tier': asks } };
}

describe('a flow that asks another system', () => {
  let desk: DemoDesk;
  let crm: OtherSystem;
  const customers = (heard: Heard) => ({ json: { tier: heard.query['email'] === VIP ? 'gold' : 'standard' } });
  beforeAll(async () => {
    [desk, crm] = [await startDemoDesk(), await startOtherSystem()];
    const { admin, ann, bob } = desk;
    await aGroup(admin, 'gold-desk', [ann]);
    for (const group of ['day-desk', 'night-desk', 'billing-hk', 'billing-sg', 'triage'])
      await aGroup(admin, group, [bob]);
    await admin.post('/v1/connections', {
      id: 'crm',
      title: 'CRM',
      baseUrl: crm.url,
      allowInternal: true,
      auth: { kind: 'header', name: 'X-Api-Key', secret: SECRET },
    });
  });
  afterAll(async () => {
    await desk?.product.remove();
    await crm?.stop();
  });
  beforeEach(() => {
    crm.heard.length = 0;
    crm.does(customers);
  });

  /** Publishes a flow, writes to it, and gives what became of it when it rings. */
  async function rungBy(flow: Flow, from: string, settings: object = {}) {
    const to = await desk.addressOf(flow, { settings });
    const { id } = await desk.write({ to, from });
    const page = await desk.statusOf(id, 'ringing');
    return { id, page, story: await told(desk.admin, id) };
  }

  test('the flow of the documentation runs whole: a customer who is gold in the CRM rings at the gold desk', async () => {
    const { id, page, story } = await rungBy(flowThatAsks('support-email'), VIP);
    expect(page).toMatchObject({ group: 'gold-desk', offer: { agents: ['ann'] } });
    expect(story).toContain('The connection "crm" answered');
    expect(crm.heard).toMatchObject([{ method: 'GET', path: '/customers', query: { email: VIP } }]);
    expect(crm.heard[0]?.headers).toMatchObject({ 'x-api-key': SECRET });
    await acceptRing(desk.ann, id);
    await close(desk.ann, id, { notify: true });
    const mail = await desk.write({ to: 'support-email@localhost', from: 'bo@customers.example' });
    expect(await desk.statusOf(mail.id, 'ringing')).toMatchObject({ offer: { agents: ['bob'] } });
  });

  test('the ready flow for VIPs runs: first in line, with a note for whoever answers', async () => {
    const settings = { 'vip-desk': 'gold-desk', group: 'day-desk' };
    const { id, page } = await rungBy(vipWebhook as unknown as Flow, VIP, settings);
    expect(page).toMatchObject({ group: 'gold-desk', offer: { agents: ['ann'] } });
    const notes = (await messagesOf(desk.admin, id)).filter((each) => each.direction === 'note');
    expect(notes.map(({ newText }) => newText)).toEqual([expect.stringMatching(/^VIP: .*, tier gold\.$/)]);
  });

  test('a value of a setting that is changed holds for enquiries that come later, not for those that are there', async () => {
    const flow = { ...(vipWebhook as unknown as Flow), id: 'pinned' };
    const settings = { 'vip-desk': 'gold-desk', group: 'day-desk' };
    const from = 'pia.patient@customers.example';
    const { id } = await rungBy(flow, from, settings);
    await acceptRing(desk.bob, id);
    await close(desk.bob, id, { notify: true });
    await desk.admin.patch('/v1/channels/pinned', { settings: { ...settings, group: 'gold-desk' } });
    const notice = await mailFor(desk.product, from, (mail) => mail.autoSubmitted !== null);
    const answer = anAnswerTo(notice, { from, text: 'One more thing.' });
    await sendMail(desk.product, answer, notice.replyTo[0]);
    expect(await desk.statusOf(id, 'ringing')).toMatchObject({ group: 'day-desk', offer: { agents: ['bob'] } });
    const later = await desk.write({ to: 'pinned@localhost', from: 'lea.later@customers.example' });
    expect(await desk.statusOf(later.id, 'ringing')).toMatchObject({ group: 'gold-desk', offer: { agents: ['ann'] } });
  });

  test('IN6.1 intents come by rules in the flow, by what another system answers, and by hand', async () => {
    await desk.admin.patch('/v1/connections/crm', { methods: ['GET', 'POST'] });
    crm.does(({ body }) => ({ json: { intent: body.includes('broken') ? 'repair' : 'other' } }));
    const { nodes, ...rest } = structuredClone(vipWebhook) as unknown as Flow;
    const flow: Flow = {
      ...rest,
      id: 'intents',
      variables: { intent: { type: 'string', enum: ['repair', 'other'], default: 'other' } },
      settings: {},
      closedReply: 'newEnquiry',
      start: 'by-rule',
      onError: 'route',
      nodes: {
        'by-rule': {
          type: 'tag',
          rules: [{ when: { contains: [{ var: 'message.subject' }, 'invoice'] }, add: ['billing'] }],
          next: 'ask',
        },
        ask: {
          type: 'webhook',
          connection: 'crm',
          request: { method: 'POST', path: '/intent', body: { text: '{{ message.subject }}: {{ message.text }}' } },
          save: { intent: '/intent' },
          next: 'told',
        },
        told: {
          type: 'switch',
          cases: [{ when: { '===': [{ var: 'vars.intent' }, 'repair'] }, next: 'by-answer' }],
          default: 'route',
        },
        'by-answer': { type: 'tag', add: ['repair'], next: 'route' },
        route: {
          type: 'route',
          rule: 'sequence',
          destinations: [{ group: 'day-desk' }],
          next: { routed: 'ring', unroutable: 'serve' },
        },
        ring: {
          type: 'ring',
          to: 'routed-group',
          next: { accepted: 'serve', timeout: 'serve', unavailable: 'serve' },
        },
        serve: {
          type: 'wait',
          for: ['agent-closed'],
          timeout: '7d',
          next: { 'agent-closed': 'close-resolved', timeout: 'close-resolved' },
        },
        'close-resolved': nodes['close-resolved'] as FlowNode,
      },
      onTaken: 'serve',
      onClosed: 'close-resolved',
    };
    const to = await desk.addressOf(flow);
    const broken = { to, from: 'ivo.intent@customers.example', subject: 'My invoice', text: 'The kettle is broken.' };
    const { id } = await desk.write(broken);
    await desk.statusOf(id, 'ringing');
    await desk.bob.post(`/v1/enquiries/${id}/tags`, { add: ['kettle'], remove: [] });
    const page = await enquiryWhen(desk.admin, id, 'tagged by hand', ({ tags }) => tags.includes('kettle'));
    expect(page.tags.toSorted()).toEqual(['billing', 'kettle', 'repair']);
    const other = await desk.write({ ...broken, from: 'ida.intent@customers.example', subject: 'Hi', text: 'Hello.' });
    expect((await desk.statusOf(other.id, 'ringing')).tags).toEqual([]);
  });

  test('a CRM that is away is asked as often as the flow says, and holds nobody up', async () => {
    crm.does({ status: 503, text: `nothing here for ${VIP}` });
    const { page, story } = await rungBy(flowThatAsks('crm-away'), VIP);
    expect(page).toMatchObject({ offer: { agents: ['bob'] } });
    expect(story).toContain('The connection "crm" could not be used: it refused (status 503, after 3 attempts)');
    expect(crm.heard).toHaveLength(3);
  });

  test('a CRM that is back at the second attempt is believed', async () => {
    crm.does({ status: 429, headers: { 'retry-after': '1' } }, customers);
    const { page } = await rungBy(flowThatAsks('crm-back'), VIP);
    expect(page).toMatchObject({ group: 'gold-desk' });
    expect(crm.heard).toHaveLength(2);
  });

  test.each<[string, Parameters<OtherSystem['does']>[0], string]>([
    ['crm-slow', 'silence', 'it did not answer in time'],
    ['crm-html', { status: 200, headers: { 'content-type': 'text/html' }, text: VIP }, 'its answer is no JSON'],
    ['crm-huge', { json: { tier: 'gold', more: 'x'.repeat(70_000) } }, 'its answer is too large (status 200)'],
    ['crm-empty', { json: {} }, 'its answer lacks a value (variable "tier")'],
    [
      'crm-platinum',
      { json: { tier: 'platinum' } },
      'its answer has a value that the variable cannot hold (variable "tier")',
    ],
  ])('%s: the flow goes on by error, and the story says why', async (id, does, sentence) => {
    if (does) crm.does(does);
    const retry = { maxAttempts: 1 };
    const { page, story } = await rungBy(flowThatAsks(id, { timeout: '1s', retry }), VIP);
    expect(page).toMatchObject({ offer: { agents: ['bob'] } });
    expect(story).toContain(sentence);
    expect(crm.heard).toHaveLength(1);
  });

  test('a CRM that sends us to an address of this machine is not followed', async () => {
    const inner = await startOtherSystem();
    crm.does({ status: 302, headers: { location: `${inner.url}/customers` } });
    const { story } = await rungBy(flowThatAsks('crm-redirect'), VIP);
    expect(story).toContain('redirects are not followed (status 302)');
    expect(inner.heard).toEqual([]);
    await inner.stop();
  });

  test('a connection leads inside only where an admin allows it, and never to a port of our own', async () => {
    const refused = { id: 'inside', title: 'Inside', baseUrl: 'https://localhost', allowInternal: false };
    expect((await desk.admin.ask('POST', '/v1/connections', refused)).body).toMatchObject({ code: 'wrong-body' });
    const own = { ...refused, baseUrl: desk.product.runtime.api, allowInternal: true };
    expect((await desk.admin.ask('POST', '/v1/connections', own)).body).toMatchObject({ code: 'wrong-body' });
  });

  test('a mail whose CRM is asked while the process dies goes on with the next one, and asks for the same thing', async () => {
    crm.does('silence');
    const request = { method: 'POST' as const, path: '/seen', body: { email: '{{contact.email}}' } };
    await desk.admin.patch('/v1/connections/crm', { methods: ['GET', 'POST'] });
    const to = await desk.addressOf(flowThatAsks('crm-killed', { request, timeout: '5s' }));
    const { id } = await desk.write({ to, from: VIP });
    await found('the CRM to be asked', async () => (crm.heard.length > 0 ? true : null), 60_000);
    await desk.product.kill();
    crm.does({ json: { tier: 'gold' } });
    await desk.product.start();
    const page = await enquiryWhen(desk.admin, id, 'rung', ({ offer, group }) => offer !== null || group !== null);
    expect(page).toMatchObject({ group: 'gold-desk' });
    const keys = new Set(crm.heard.map(({ headers }) => headers['idempotency-key']));
    expect([...keys]).toEqual([`${id}/look-up-tier/1`]);
  });

  test('neither the secret nor the address that was asked for stands in a history, a log or an answer of the API', async () => {
    const compared = await expectNothingPersonal(desk.product, desk.admin, [SECRET, VIP]);
    expect(compared.histories).toBeGreaterThan(5);
    const shown = [
      await desk.admin.get('/v1/connections'),
      await desk.admin.get('/v1/audit'),
      await desk.admin.post('/v1/connections/crm/try', { method: 'GET', path: '/customers', query: { email: VIP } }),
    ];
    expect(crm.heard.at(-1)?.headers).toMatchObject({ 'x-api-key': SECRET });
    expect(JSON.stringify(shown)).not.toContain(SECRET);
    expect(desk.product.output()).not.toContain(SECRET);
    expect(desk.product.output()).not.toContain(VIP);
  });
});
