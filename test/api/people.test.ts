import { createActivities } from '../../activities';
import { handOverAll } from '../../activities/upkeep/hand-over-all';
import { endWrapUps, handBack, keepAbsences, keepHistory } from '../../activities/upkeep/keep-presence';
import { act } from '../support/work';
import { until } from '../support/until';
import { anEnquiry } from '../support/mails-of-work';
import { startDesk, type Ask, type Desk } from './desk';

jest.setTimeout(180_000);

/** Who is at work, and what becomes of what he has. ann and bob are of the group support, sue leads it, ada is admin. */
describe('people and presence', () => {
  let desk: Desk;
  let asks: Record<'ann' | 'bob' | 'carl' | 'sue' | 'ada', Ask>;
  beforeAll(async () => {
    desk = await startDesk();
    asks = {} as typeof asks;
    for (const who of ['ann', 'bob', 'carl', 'sue', 'ada'] as const) asks[who] = await desk.as(who);
  });
  afterAll(() => desk.stop());
  beforeEach(() => reset());

  const store = () => desk.work.store;
  const agent = (id: string) => store().agents.get(id);
  const enquiry = (id: string) => store().enquiries.get(id);
  const is = (id: string, what: string, holds: (one: NonNullable<Awaited<ReturnType<typeof enquiry>>>) => boolean) =>
    until(`${id} is ${what}`, async () => {
      const found = await enquiry(id);
      return found !== null && holds(found);
    });
  async function reset(): Promise<void> {
    for (const id of ['ann', 'bob']) await store().agents.setPresence(id, 'available', 'test', new Date(), 3_600_000);
  }
  let mails = 0;
  /** An enquiry that this agent has; the other is away meanwhile. */
  async function served(by: 'ann' | 'bob'): Promise<string> {
    const other = by === 'ann' ? 'bob' : 'ann';
    await store().agents.setPresence(other, 'away', 'test', new Date());
    const id = await anEnquiry(desk.work, { from: `mia${(mails += 1)}@customers.test` });
    await desk.work.workflows.startEnquiry(id);
    await is(id, 'ringing', (one) => one.ringing.includes(by));
    const offer = (await agent(by))?.offers[id]?.offer;
    await act(desk.work, id, 'accept', { agent: by, offer });
    await is(id, 'served', (one) => one.assignee === by);
    await store().agents.setPresence(other, 'available', 'test', new Date(), 3_600_000);
    return id;
  }

  test('the words of an agent and who changed them are a history he and his supervisors read, and nobody else', async () => {
    await asks.ann('PUT', '/v1/presence', { body: { word: 'busy' } });
    const set = await asks.sue('PUT', '/v1/agents/ann/presence', { body: { word: 'away' } });
    expect(set.body).toMatchObject({ word: 'away', cause: 'sue', reachable: false });
    await keepHistory(desk.work.ports);
    for (const who of [asks.ann, asks.sue]) {
      const { items } = (await who('GET', '/v1/agents/ann/presence-history')).body;
      expect(items.slice(0, 2)).toMatchObject([
        { word: 'away', cause: 'sue', sentence: expect.stringMatching(/^Is away: by .*\(sue\)\.$/) },
        { word: 'busy', cause: 'agent', sentence: 'Is busy: said so.' },
      ]);
    }
    expect((await asks.bob('GET', '/v1/agents/ann/presence-history')).status).toBe(403);
    expect((await asks.bob('PUT', '/v1/agents/ann/presence', { body: { word: 'away' } })).status).toBe(403);
    expect((await asks.ann('POST', '/v1/presence/heartbeat', { body: { active: false } })).body.word).toBe('away');
  });

  test('who signs out is offline, unless he is signed in elsewhere', async () => {
    const [first, second] = [await desk.as('bob'), await desk.as('bob')];
    await first('PUT', '/v1/presence', { body: { word: 'available' } });
    await store().sessions.endAllOf('nobody');
    await first('DELETE', '/v1/session');
    expect((await agent('bob'))?.presence.word).toBe('available');
    await second('DELETE', '/v1/session');
    await asks.bob('DELETE', '/v1/session');
    expect((await agent('bob'))?.presence).toMatchObject({ word: 'offline', cause: 'signed-out' });
    asks.bob = await desk.as('bob');
  });

  test('after a close the place is held while the agent writes up, and he may end that early', async () => {
    await asks.sue('PATCH', '/v1/agents/ann', { body: { wrapUpMs: 600_000 } });
    const id = await served('ann');
    await act(desk.work, id, 'close', { agent: 'ann', notify: false });
    await is(id, 'closed', (one) => one.closedAt !== null);
    const { body } = await asks.ann('GET', '/v1/presence');
    expect(body.wrapUps).toMatchObject([{ enquiry: id }]);
    expect((await agent('ann'))?.load).toBe(1);
    expect((await asks.sue('GET', '/v1/agents/ann')).body.load).toBe(0);
    expect(await endWrapUps(desk.work.ports)).toBe(0);
    expect((await asks.ann('DELETE', `/v1/wrap-ups/${id}`)).status).toBe(204);
    expect((await asks.ann('DELETE', `/v1/wrap-ups/${id}`)).status).toBe(404);
    expect((await agent('ann'))?.load).toBe(0);
    await asks.sue('PATCH', '/v1/agents/ann', { body: { wrapUpMs: null } });
  });

  test('during a planned absence the cover is rung for what awaits the agent, and colleagues see it', async () => {
    const id = await served('ann');
    const times = { from: new Date().toISOString(), to: new Date(Date.now() + 86_400_000).toISOString() };
    const body = { ...times, cover: { agent: 'bob' }, note: 'Holidays' };
    expect((await asks.carl('POST', '/v1/agents/ann/absences', { body })).status).toBe(403);
    expect((await asks.ann('POST', '/v1/agents/ann/absences', { body: { ...body, to: body.from } })).status).toBe(400);
    expect(
      (await asks.ann('POST', '/v1/agents/ann/absences', { body: { ...body, cover: { agent: 'ann' } } })).status,
    ).toBe(400);
    const planned = await asks.ann('POST', '/v1/agents/ann/absences', { body });
    expect(planned.status).toBe(201);
    expect((await asks.ann('POST', '/v1/agents/ann/absences', { body })).status).toBe(400);
    expect((await asks.carl('GET', '/v1/agents/ann')).body.presence).toMatchObject({
      word: 'available',
      reachable: false,
      absences: [{ note: 'Holidays', cover: { agent: 'bob' }, now: true }],
    });
    await keepAbsences(desk.work.ports);
    await is(id, 'ringing at the cover', (one) => one.ringing.includes('bob'));
    await act(desk.work, id, 'accept', { agent: 'bob', offer: (await agent('bob'))?.offers[id]?.offer });
    await is(id, 'the cover’s', (one) => one.assignee === 'bob');
    expect((await asks.ann('DELETE', `/v1/agents/ann/absences/${planned.body.id}`)).status).toBe(204);
    expect((await agent('ann'))?.load).toBe(0);
    await act(desk.work, id, 'close', { agent: 'bob', notify: false });
  });

  test('one request at the end of a shift keeps some, snoozes some and hands over others, with a note', async () => {
    const [kept, given, laid] = [await served('ann'), await served('ann'), await served('ann')];
    const soon = new Date(Date.now() + 3_600_000).toISOString();
    const past = [{ enquiry: laid, act: 'snooze', until: new Date(Date.now() - 1000).toISOString() }];
    expect(await asks.ann('POST', '/v1/shift-end', { body: { each: past } })).toMatchObject({
      status: 400,
      body: { findings: [{ where: '/each/0/until' }] },
    });
    expect((await agent('ann'))?.presence.word).toBe('available');
    const each = [
      { enquiry: given, act: 'hand-over', to: { agent: 'bob' }, note: 'She waits for a call.' },
      { enquiry: laid, act: 'snooze', until: soon, note: 'The parts come in an hour.' },
      { enquiry: kept, act: 'keep', note: 'I write to her myself.' },
      { enquiry: 'e-other', act: 'keep' },
    ];
    const { body } = await asks.ann('POST', '/v1/shift-end', { body: { each } });
    expect(body.items).toEqual(
      expect.arrayContaining([
        { enquiry: kept, outcome: 'kept' },
        { enquiry: given, outcome: 'handed-over' },
        { enquiry: laid, outcome: 'snoozed' },
        { enquiry: 'e-other', outcome: 'not-yours' },
      ]),
    );
    await is(given, 'ringing at bob', (one) => one.ringing.includes('bob') && one.assignee === null);
    expect((await enquiry(kept))?.assignee).toBe('ann');
    await is(laid, 'snoozed', ({ assignee, status }) => assignee === 'ann' && status === 'snoozed');
    expect((await enquiry(laid))?.state?.snooze).toMatchObject({ until: Date.parse(soon), by: 'ann' });
    expect(Object.keys((await agent('ann'))?.slots ?? {})).toEqual([kept]);
    for (const [id, words] of [
      [laid, 'The parts come in an hour.'],
      [kept, 'I write to her myself.'],
    ] as const) {
      const { items } = (await asks.sue('GET', `/v1/enquiries/${id}/messages`)).body;
      expect(items).toContainEqual(expect.objectContaining({ direction: 'note', author: 'ann', text: words }));
    }
    expect((await agent('ann'))?.presence).toMatchObject({ word: 'offline', cause: 'shift-ended' });
    const after = { ...desk.work.ports, settings: { ...desk.work.ports.settings, handBackAfterMs: 1 } };
    expect(await handBack(after)).toBe(0);

    // Whose lease ended instead, and who does not come back, gives what awaits him back.
    await store().agents.setPresence('ann', 'offline', 'lease-ended', new Date(Date.now() - 60_000));
    expect(await handBack(after)).toBe(1);
    await is(kept, 'ringing at bob', (one) => one.ringing.includes('bob') && one.assignee === null);
    for (const id of [kept, given]) {
      await act(desk.work, id, 'accept', { agent: 'bob', offer: (await agent('bob'))?.offers[id]?.offer });
      await act(desk.work, id, 'close', { agent: 'bob', notify: false });
    }
    await act(desk.work, laid, 'close', { agent: 'ann', notify: false });
  });

  test('who is suspended is out at once, all he has is handed over by a job, and his drafts can be read', async () => {
    await store().agents.save({ id: 'bob', name: 'Bob', capacity: 10 }, new Date());
    const open = [await served('ann'), await served('ann')];
    const [answered = ''] = open;
    await asks.ann('PUT', `/v1/enquiries/${answered}/draft`, { body: { text: 'Dear Mia, I was about to' } });
    expect((await asks.sue('PATCH', '/v1/agents/sue', { body: { suspended: true } })).status).toBe(403);
    expect((await asks.sue('PATCH', '/v1/agents/ann', { body: { suspended: true } })).body.suspended).toBe(true);
    expect((await asks.ann('GET', '/v1/offers')).status).toBe(401);
    const wrong = await asks.sue('POST', '/v1/agents/ann/hand-over', { body: { to: { agent: 'ann' } } });
    expect([wrong.status, wrong.body.findings[0].where]).toEqual([400, '/to/agent']);
    const what = 'serves nobody: he is suspended or removed';
    const given = await asks.sue('POST', `/v1/enquiries/${answered}/assign`, { body: { agent: 'ann' } });
    expect(given.body).toMatchObject({ code: 'wrong-body', findings: [{ where: '/agent', what }] });
    const sent = await asks.sue('POST', `/v1/enquiries/${answered}/transfer`, { body: { to: { agent: 'ann' } } });
    expect(sent.body).toMatchObject({ code: 'wrong-body', findings: [{ where: '/to/agent', what }] });
    const asked = await asks.sue('POST', '/v1/agents/ann/hand-over', {
      body: { to: { agent: 'bob' }, note: 'Ann is ill.' },
    });
    expect(asked.status).toBe(201);
    await until('the job is done', async () => {
      await handOverAll(desk.work.ports, new AbortController().signal);
      return (await asks.sue('GET', `/v1/jobs/${asked.body.id}`)).body.state === 'done';
    });
    expect((await asks.sue('GET', `/v1/jobs/${asked.body.id}`)).body).toMatchObject({ done: 2, total: 2 });
    for (const id of open)
      await is(id, 'ringing at bob', (one) => one.ringing.includes('bob') && one.assignee === null);
    expect((await asks.sue('GET', `/v1/enquiries/${answered}/drafts`)).body.items).toMatchObject([
      { agent: 'ann', draft: { text: 'Dear Mia, I was about to' } },
    ]);
    const notes = (await enquiry(answered))?.mail.filter(({ direction }) => direction === 'note');
    expect(notes).toHaveLength(1);
    expect(await store().agents.get('ann')).toMatchObject({ load: 0, slots: {} });
    await asks.sue('PATCH', '/v1/agents/ann', { body: { suspended: false } });
    asks.ann = await desk.as('ann');
    for (const id of open) await act(desk.work, id, 'close', { agent: 'bob', notify: false });
  });

  test('who is removed leaves lists and groups, and stories keep his name', async () => {
    await desk.aUser({ id: 'dan', role: 'agent' });
    await store().groups.save('old', { title: 'Old', agents: ['dan', 'bob'], strategy: 'none', ringTimeoutMs: null });
    const dan = await desk.as('dan');
    expect((await asks.ada('POST', '/v1/users/ada/removal', { body: {} })).body.code).toBe('last-admin');
    expect((await asks.ada('POST', '/v1/users/dan/removal', { body: { to: { group: 'support' } } })).status).toBe(201);
    expect((await dan('GET', '/v1/offers')).status).toBe(401);
    expect((await asks.ada('GET', '/v1/users')).body.items.map((each: { id: string }) => each.id)).not.toContain('dan');
    expect((await asks.ada('GET', '/v1/agents')).body.items.map((each: { id: string }) => each.id)).not.toContain(
      'dan',
    );
    expect((await store().groups.get('old'))?.agents).toEqual(['bob']);
    expect((await store().agents.get('dan'))?.name).toBeTruthy();
    expect((await asks.ada('POST', '/v1/users/dan/removal', { body: {} })).status).toBe(201);
  });

  test('who lets offers ring out hears of it once, and his supervisors too', async () => {
    const activities = createActivities(desk.work.ports);
    const silent = await anEnquiry(desk.work, { from: 'silent@customers.test' });
    const offer = {
      offer: `${silent}.1`,
      enquiry: silent,
      number: 1,
      channel: 'support',
      since: new Date(),
      until: new Date(),
      broadcast: false,
    };
    await store().agents.reserve({ agent: 'bob', enquiryId: silent, decision: 'd', offer, now: new Date() });
    for (let misses = (await agent('bob'))?.missesInRow ?? 0; misses < 2; misses += 1) {
      await store().agents.endOffers({
        agents: ['bob'],
        enquiryId: silent,
        offerId: `${silent}.1`,
        how: 'missed',
        winner: null,
        now: new Date(),
        missesAllowed: 99,
      });
      await store().agents.reserve({ agent: 'bob', enquiryId: silent, decision: 'd', offer, now: new Date() });
    }
    const effect = {
      do: 'endOffer',
      seq: 9,
      node: 'ring',
      offer: `${silent}.1`,
      agents: ['bob'],
      how: 'missed',
      winner: null,
    } as const;
    const call = {
      enquiryId: silent,
      channelId: 'support',
      number: 1,
      contact: null,
      effect: { ...effect, agents: ['bob'] },
    };
    await activities.endOffer(call);
    await activities.endOffer(call);
    const told = async (who: Ask) =>
      (await who('GET', '/v1/notices')).body.items.filter((each: { sort: string }) => each.sort === 'not-responding');
    expect(await told(asks.bob)).toMatchObject([
      { text: expect.stringContaining('You let 3 offers in a row ring out') },
    ]);
    expect(await told(asks.sue)).toMatchObject([{ text: expect.stringContaining('nothing rings at') }]);
    expect((await asks.bob('GET', '/v1/presence')).body).toMatchObject({ word: 'notResponding', cause: 'missed' });
  });
});
