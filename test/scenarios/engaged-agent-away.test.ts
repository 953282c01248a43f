import type { Flow } from '../../flows/flow';
import { aFlow } from '../support/a-flow';
import type { Colleague } from '../support/colleague';
import { anAnswerTo, mailFor, sendMail } from '../support/customer';
import { startDemoDesk, type DemoDesk } from '../support/demo-desk';
import { found } from '../support/found';
import { acceptAtOneOf, acceptRing, enquiryWhen, reply, says, told } from '../support/desk-work';

jest.setTimeout(300_000);

/** A flow that binds whoever serves a contact, and asks him first from then on. */
function engaging(id: string, whenUnavailable: 'forward-to-group' | 'wait'): Flow {
  const flow = aFlow({
    id,
    before: {
      'ring-bound': {
        type: 'ring',
        to: 'engaged-agent',
        next: { accepted: 'bind', timeout: 'route', unavailable: 'route' },
      },
      bind: { type: 'engage', expires: '30d', whenUnavailable, next: 'serve' },
    },
  });
  const { ring } = flow.nodes;
  if (ring?.type === 'ring') ring.next = { accepted: 'bind', timeout: 'breathe', unavailable: 'breathe' };
  return { ...flow, onTaken: 'bind' };
}

describe('an agent who is away, and the contact who is bound to him', () => {
  let desk: DemoDesk;
  beforeAll(async () => {
    desk = await startDemoDesk();
  });
  afterAll(() => desk?.product.remove());
  beforeEach(async () => {
    for (const agent of [desk.ann, desk.bob]) await says(agent, 'available');
  });

  /** An enquiry that its bound agent has answered; `answer` sends the contact's next mail. */
  async function answered(flow: Flow) {
    const { product, admin, ann, bob } = desk;
    const to = await desk.addressOf(flow);
    const from = `Bound <${flow.id}@customers.example>`;
    const { id } = await desk.write({ to, from });
    const bound = await acceptAtOneOf([ann, bob], id);
    const other = bound === ann ? bob : ann;
    await enquiryWhen(admin, id, 'served', (page) => page.node === 'serve');
    await reply(bound, id, 'Please tell me more.');
    const mail = await mailFor(product, `${flow.id}@customers.example`);
    const answer = async () => {
      const sent = await sendMail(product, anAnswerTo(mail, { from, text: 'Here is more.' }), mail.replyTo[0]);
      expect(sent).toMatchObject({ code: 250 });
    };
    return { id, to, from, bound, other, answer };
  }

  test('RO5.3 an answer to a running enquiry rings the group while its bound agent is away, and he stays bound', async () => {
    const { admin } = desk;
    const { id, bound, other, answer } = await answered(engaging('forwarding', 'forward-to-group'));
    await says(bound, 'away');
    await answer();
    const ringing = await enquiryWhen(admin, id, 'ringing at the other', (page) => page.offer !== null);
    expect(ringing).toMatchObject({ assignee: bound.id, offer: { agents: [other.id] } });
    await acceptRing(other, id);
    const { contact } = await enquiryWhen(admin, id, 'with the other', (page) => page.assignee === other.id);
    const { items } = await admin.get<{ items: object[] }>(`/v1/engagements?agent=${bound.id}`);
    expect(items).toContainEqual(expect.objectContaining({ channel: 'forwarding', contact, agent: bound.id }));
    expect(await told(admin, id)).toContain('The agent the contact is bound to is not there');
  });

  test('RO5.3 RO5.5 where the engagement says wait, neither an answer nor a new mail rings anybody but the bound agent', async () => {
    const { admin } = desk;
    const { id, to, from, bound, answer } = await answered(engaging('waiting', 'wait'));
    await says(bound, 'away');
    await answer();
    const waiting = await enquiryWhen(admin, id, 'the turn of the agent', (page) => page.awaiting === 'agent');
    expect(waiting).toMatchObject({ assignee: bound.id, offer: null });
    const fresh = await desk.write({ to, from });
    const inLine = await enquiryWhen(admin, fresh.id, 'at its agent', (page) => page.node === 'ring-bound');
    expect(inLine).toMatchObject({ status: 'waiting', offer: null });
    await says(bound, 'available');
    expect(await desk.statusOf(fresh.id, 'ringing')).toMatchObject({ offer: { agents: [bound.id] } });
  });

  test('RO11.1 RO11.2 during a planned absence the cover serves open enquiries and bound contacts; it ends by itself', async () => {
    const { admin } = desk;
    const { id, to, from, bound, other, answer } = await answered(engaging('covered', 'wait'));
    const until = new Date(Date.now() + 20_000);
    const absence = {
      from: new Date().toISOString(),
      to: until.toISOString(),
      cover: { agent: other.id },
      note: 'Dentist',
    };
    await bound.post(`/v1/agents/${bound.id}/absences`, absence);
    const { presence } = await other.get<{ presence: { reachable: boolean; absences: object[] } }>(
      `/v1/agents/${bound.id}`,
    );
    expect(presence).toMatchObject({ reachable: false, absences: [{ note: 'Dentist', now: true }] });

    await answer();
    const ringing = await enquiryWhen(admin, id, 'ringing at the cover', (page) => page.offer !== null);
    expect(ringing).toMatchObject({ assignee: bound.id, offer: { agents: [other.id] } });
    await acceptRing(other, id);
    const fresh = await desk.write({ to, from });
    expect(await desk.statusOf(fresh.id, 'ringing')).toMatchObject({ offer: { agents: [other.id] } });
    await acceptRing(other, fresh.id);

    await found('the end of the absence', async () => {
      const now = await other.get<{ presence: { reachable: boolean } }>(`/v1/agents/${bound.id}`);
      return now.presence.reachable ? true : null;
    });
    expect(Date.now()).toBeGreaterThanOrEqual(until.getTime());
    const later = await desk.write({ to, from });
    expect(await desk.statusOf(later.id, 'ringing')).toMatchObject({ offer: { agents: [bound.id] } });
  });

  test('RO5.4 each channel says whether contacts are bound, and for how many days of a list; other days are refused', async () => {
    const { admin } = desk;
    const choose = (id: string, settings: object) =>
      admin.ask<{ findings: object[] }>('PUT', `/v1/channels/${id}/ready-flow`, { flow: 'support-desk', settings });
    for (const id of ['binds', 'binds-not']) {
      await admin.post('/v1/channels', { id, name: `Channel ${id}`, address: `${id}@localhost` });
    }
    for (const days of [1, 3, 7, 14, 30, 60, 90]) {
      expect(await choose('binds', { bind: true, 'bind-for': `${days}d` })).toMatchObject({ status: 200 });
    }
    for (const days of [2, 45, 91]) {
      const refused = await choose('binds', { bind: true, 'bind-for': `${days}d` });
      const what = 'must be one of: 1d, 3d, 7d, 14d, 30d, 60d, 90d';
      expect(refused.body.findings).toEqual([{ where: '/settings/bind-for', what }]);
    }
    await choose('binds', { bind: true, 'bind-for': '7d' });
    await choose('binds-not', { bind: false });

    const from = 'Switched <switched@customers.example>';
    const served = async (channel: string): Promise<{ id: string; contact: string; agent: Colleague }> => {
      const { id } = await desk.write({ from, to: `${channel}@localhost` });
      const agent = await acceptAtOneOf([desk.ann, desk.bob], id);
      const { contact } = await enquiryWhen(admin, id, 'served', (page) => page.node === 'serve');
      return { id, contact: contact ?? '', agent };
    };
    const bound = await served('binds');
    const engagement = await admin.get<{ agent: string; lastAt: string; expiresAt: string }>(
      `/v1/engagements/binds/${bound.contact}`,
    );
    expect(engagement.agent).toBe(bound.agent.id);
    expect(Date.parse(engagement.expiresAt) - Date.parse(engagement.lastAt)).toBe(7 * 86_400_000);
    const again = await desk.write({ from, to: 'binds@localhost' });
    expect(await desk.statusOf(again.id, 'ringing')).toMatchObject({ node: 'ring-engaged' });

    const free = await served('binds-not');
    expect((await admin.ask('GET', `/v1/engagements/binds-not/${free.contact}`)).status).toBe(404);
    const anew = await desk.write({ from, to: 'binds-not@localhost' });
    expect(await desk.statusOf(anew.id, 'ringing')).toMatchObject({ node: 'ring' });
  });
});
