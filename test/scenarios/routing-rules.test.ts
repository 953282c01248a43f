import type { Flow, RouteNode } from '../../flows/flow';
import { aFlow } from '../support/a-flow';
import { newAgent, type Colleague } from '../support/colleague';
import { startDemoDesk, type DemoDesk } from '../support/demo-desk';
import { acceptRing, close, enquiryWhen, offersOf, says, type EnquiryPage } from '../support/desk-work';
import { aGroup } from '../support/settings-work';

jest.setTimeout(300_000);

describe('whom the rules of a flow choose', () => {
  let desk: DemoDesk;
  let dee: Colleague;
  let eli: Colleague;
  beforeAll(async () => {
    desk = await startDemoDesk();
    dee = await newAgent(desk.product, desk.admin, 'dee');
    eli = await newAgent(desk.product, desk.admin, 'eli');
    await aGroup(desk.admin, 'ann-only', [desk.ann]);
    await aGroup(desk.admin, 'bob-only', [desk.bob]);
    await aGroup(desk.admin, 'ann-then-bob', [desk.ann, desk.bob]);
    await aGroup(desk.admin, 'dee-then-eli', [dee, eli]);
    await aGroup(desk.admin, 'eli-then-dee', [eli, dee]);
  });
  afterAll(() => desk?.product.remove());
  beforeEach(async () => {
    for (const agent of [desk.ann, desk.bob, dee, eli]) await says(agent, 'available');
  });

  /** Writes a mail that this agent, and nobody else, is rung for and accepts; gives the sentence that says why. */
  async function ringsAt(agent: Colleague, mail: { to: string; from?: string }): Promise<{ id: string; why: string }> {
    const { id } = await desk.write(mail);
    const { offer, assignee } = await enquiryWhen(
      desk.admin,
      id,
      'ringing',
      (page) => page.offer !== null || page.assignee !== null,
    );
    expect({ rung: offer?.agents, assignee }).toEqual({ rung: [agent.id], assignee: null });
    await acceptRing(agent, id);
    await enquiryWhen(desk.admin, id, 'served', (page) => page.assignee === agent.id);
    const { items } = await desk.admin.get<{ items: { sentence: string }[] }>(`/v1/enquiries/${id}/decisions`);
    return { id, why: items[0]?.sentence ?? '' };
  }

  test('RO1.4 beside each rule sticky rings who served the contact last, on whatever channel, be he of another group', async () => {
    const { ann, bob } = desk;
    const from = 'Mia Wong <mia@sticky.example>';
    await ringsAt(bob, {
      to: await desk.addressOf(aFlow({ id: 'at-bob', destinations: [{ group: 'bob-only' }] })),
      from,
    });
    const sticky = (rule: RouteNode['rule'], more: object = {}): Flow =>
      aFlow({ id: `sticky-${rule}`, rule, sticky: '90d', destinations: [{ group: 'ann-only', ...more }] });
    const flows = [sticky('sequence'), sticky('percentage', { percent: 100 }), sticky('schedule')];
    for (const flow of flows) {
      const to = await desk.addressOf(flow);
      expect((await ringsAt(bob, { to, from })).why).toMatch(/chosen .*\(bob\) \(served this contact last/);
      await ringsAt(ann, { to });
    }
    await says(bob, 'away');
    expect((await ringsAt(ann, { to: 'sticky-sequence@localhost', from })).why).toContain('but away');
  });

  test('RO2.1 RO2.2 RO2.3 the owners first, else who served last, else the named strategy; each if in the group and free', async () => {
    const { admin, ann, bob } = desk;
    const flow = aFlow({
      id: 'owners',
      destinations: [{ group: 'ann-then-bob' }],
      ring: { strategy: ['contactOwner', 'accountOwner', 'lastAgent', 'fixedOrder'] },
    });
    const mail = { to: await desk.addressOf(flow), from: 'Mia Wong <mia@owned.example>' };
    await ringsAt(ann, mail);
    await says(ann, 'busy');
    expect((await ringsAt(bob, mail)).why).toContain('served this contact last, but busy');
    await says(ann, 'available');
    expect((await ringsAt(bob, mail)).why).toMatch(/\(bob\) \(served this contact last/);

    await admin.put('/v1/accounts/owned', { name: 'Owned Ltd', owner: 'ann', domains: ['owned.example'] });
    const { id, why } = await ringsAt(ann, mail);
    expect(why).toMatch(/\(ann\) \(owner of the account/);

    const { contact } = await admin.get<EnquiryPage>(`/v1/enquiries/${id}`);
    await admin.patch(`/v1/contacts/${contact}`, { owner: 'bob' });
    expect((await ringsAt(bob, mail)).why).toMatch(/\(bob\) \(owner of the contact/);
    const { load } = await admin.get<{ load: number }>('/v1/agents/bob');
    await admin.patch('/v1/agents/bob', { capacity: load });
    expect((await ringsAt(ann, mail)).why).toContain(`owner of the contact, but full ${load}/${load}`);
    await admin.patch('/v1/agents/bob', { capacity: 50 });
    await admin.patch(`/v1/contacts/${contact}`, { owner: 'dee' });
    await ringsAt(ann, mail);
  });

  test('RO2.1 RO2.4 who received the fewest that day is rung, whatever he holds; the day is that of the flow’s time zone', async () => {
    const inZone = (id: string, timezone: string): Flow =>
      aFlow({ id, timezone, destinations: [{ group: 'dee-then-eli' }], ring: { strategy: 'fewestToday' } });
    // Between the two it is never the same day.
    const east = await desk.addressOf(inZone('fewest-east', 'Pacific/Kiritimati'));
    const west = await desk.addressOf(inZone('fewest-west', 'Etc/GMT+12'));
    const { id, why } = await ringsAt(dee, { to: east });
    expect(why).toContain('fewest today: 0');
    await close(dee, id);
    await desk.statusOf(id, 'closed');
    await ringsAt(eli, { to: east });
    await ringsAt(dee, { to: east });
    expect((await ringsAt(eli, { to: east })).why).toContain('fewest today: 1');
    expect((await ringsAt(dee, { to: west })).why).toContain('fewest today: 0');
    await ringsAt(eli, { to: west });
  });

  test('RO4.1 RO4.2 RO4.3 each address has its queue; who is offline gets it in his turn, or only when nobody is online', async () => {
    const queue = async (id: string, group: string, offlineAgents: 'skip' | 'alike' | 'last'): Promise<string> =>
      desk.addressOf(aFlow({ id, destinations: [{ group }], ring: { strategy: 'fixedOrder', offlineAgents } }));
    const [one, other] = [await queue('one', 'dee-then-eli', 'skip'), await queue('other', 'eli-then-dee', 'skip')];
    await ringsAt(dee, { to: one });
    await ringsAt(eli, { to: other });

    for (const agent of [dee, eli]) await desk.admin.patch(`/v1/agents/${agent.id}`, { capacity: 50 });
    await says(dee, 'offline');
    const [off, on] = [await queue('off', 'dee-then-eli', 'alike'), await queue('on', 'dee-then-eli', 'last')];
    const given = async (to: string): Promise<void> => {
      const { id } = await desk.write({ to });
      expect(await desk.statusOf(id, 'ongoing')).toMatchObject({ assignee: 'dee', offer: null });
      const { items } = await dee.get<{ items: { sort: string; enquiry: string }[] }>('/v1/notices');
      expect(items).toContainEqual(expect.objectContaining({ sort: 'assigned', enquiry: id }));
    };
    await given(off);
    await ringsAt(eli, { to: on });
    await says(eli, 'offline');
    await given(on);
    expect(await offersOf(dee)).toEqual([]);
  });

  test('RO12.1 what waits to be taken is listed by its priority, then the oldest first', async () => {
    const waiting = async (id: string, priority: number): Promise<string> =>
      desk.addressOf(
        aFlow({
          id,
          before: { rank: { type: 'priority', to: priority, next: 'route' } },
          destinations: [{ group: 'ann-only' }],
          ring: { strategy: 'none' },
        }),
      );
    const [usual, urgent] = [await waiting('usual', 0), await waiting('urgent', 5)];
    const ids: string[] = [];
    for (const to of [usual, usual, urgent]) {
      const { id } = await desk.write({ to });
      await enquiryWhen(desk.admin, id, 'listed', (page) => page.group === 'ann-only');
      ids.push(id);
    }
    const [first, second, third] = ids;
    for (const query of ['status=waiting', 'group=ann-only&unassigned=true']) {
      const { items } = await desk.ann.get<{ items: EnquiryPage[] }>(`/v1/enquiries?${query}`);
      const listed = items.map((each) => each.id).filter((id) => ids.includes(id));
      expect(listed).toEqual([third, first, second]);
    }
    await desk.ann.post(`/v1/enquiries/${third}/take`);
    expect(await desk.statusOf(third ?? '', 'ongoing')).toMatchObject({ assignee: 'ann' });
  });
});
