import { createActivities, type AllActivities } from '../../activities';
import type { ChoiceFacts } from '../../flows';
import flow from '../../flows/examples/support-desk.json';
import type { Flow } from '../../flows/flow';
import { anEnquiry } from '../support/mails-of-work';
import { aDesk, startWork, type Work } from '../support/work';
import { stateOf } from './stored-facts';

/** What strategies look at is read next to the store, when it is asked for. */
describe('the agent a ring chooses', () => {
  let work: Work;
  let activities: AllActivities;
  const AGENTS = ['ann', 'bob', 'cid'];
  beforeAll(async () => {
    work = await startWork();
    await aDesk(work, { flow: flow as unknown as Flow, agents: AGENTS, capacity: 50, delivery: false });
    await work.store.agents.save({ id: 'zoe', name: 'Zoe', capacity: 2 }, new Date());
    await work.store.agents.setPresence('zoe', 'available', 'agent', new Date(), 3_600_000);
    activities = createActivities(work.ports);
    // The runs themselves are not what is tested here.
    await work.stopWorker();
  });
  afterAll(() => work.stop().catch(() => undefined));

  let seq = 100;
  const callOf = async (enquiryId: string) => {
    const contact = (await work.store.enquiries.get(enquiryId))?.contact ?? null;
    return { enquiryId, channelId: 'support', number: 1, contact };
  };
  const ring = async (enquiryId: string, strategy: string | string[], rest: ChoiceFacts = {}) => {
    const number = (seq += 1);
    const offer = `${enquiryId}.${number}`;
    const about = { node: 'ring', target: { group: 'support' }, asked: [], missedBy: [], until: Date.now() + 60_000 };
    const effect = { do: 'reserveAgent' as const, seq: number, ...about, offer, strategy, ...rest };
    const answer = await activities.reserveAgent({ ...(await callOf(enquiryId)), effect });
    const decision = 'decision' in answer ? await work.store.decisions.get(answer.decision) : null;
    const who = 'reserved' in answer ? answer.reserved : 'assigned' in answer ? answer.assigned : null;
    return { who, answer, offer, decision };
  };
  const accepts = async (enquiryId: string, offer: string, agent: string, timezone?: string) => {
    const about = { node: 'ring', offer, agents: [agent], how: 'accepted' as const, winner: agent };
    const effect = { do: 'endOffer' as const, seq: (seq += 1), ...about, ...(timezone ? { timezone } : {}) };
    await activities.endOffer({ ...(await callOf(enquiryId)), effect });
  };
  const letsGo = async (enquiryId: string, agent: string) =>
    activities.releaseSlot({
      ...(await callOf(enquiryId)),
      effect: { do: 'releaseSlot', seq: (seq += 1), node: null, agent },
    });

  test('fewestToday counts what was accepted, and what rings, in the time zone of the flow', async () => {
    const timezone = 'Pacific/Kiritimati';
    const ids = await Promise.all([1, 2, 3, 4].map((n) => anEnquiry(work, { from: `few${n}@customers.test` })));
    const who: (string | null)[] = [];
    for (const [index, id] of ids.entries()) {
      const rung = await ring(id, 'fewestToday', { timezone });
      who.push(rung.who);
      // The first is accepted and let go, the others ring on.
      if (index > 0 || rung.who === null) continue;
      await accepts(id, rung.offer, rung.who, timezone);
      await letsGo(id, rung.who);
    }
    expect(who).toEqual(['ann', 'bob', 'cid', 'ann']);
    const today = new Date(Date.now() + 14 * 3_600_000).toISOString().slice(0, 10);
    expect((await work.store.agents.get('ann'))?.received).toEqual({ [today]: 1 });
    for (const [index, id] of ids.entries()) await letsGo(id, who[index] ?? '');
  });

  test('who takes an enquiry received it', async () => {
    const id = await anEnquiry(work, { from: 'taken@customers.test' });
    const effect = { do: 'reserveFor' as const, seq: (seq += 1), node: null, agent: 'cid', force: false };
    const call = { ...(await callOf(id)), effect: { ...effect, received: true as const } };
    await activities.reserveFor(call);
    await activities.reserveFor(call);
    expect(Object.values((await work.store.agents.get('cid'))?.received ?? {})).toEqual([1]);
    await letsGo(id, 'cid');
  });

  test('longestIdle rings who had no work for longest', async () => {
    const before = new Date(Date.now() - 60_000);
    const ids = await Promise.all([1, 2, 3].map((n) => anEnquiry(work, { from: `idle${n}@customers.test` })));
    const who: (string | null)[] = [];
    for (const id of ids) who.push((await ring(id, 'longestIdle')).who);
    expect(new Set(who)).toEqual(new Set(AGENTS));
    for (const [index, id] of ids.entries()) await letsGo(id, who[index] ?? '');
    const { who: next, decision } = await ring(await anEnquiry(work, { from: 'idle4@customers.test' }), 'longestIdle');
    expect(next).toBe(who[0]);
    expect(decision?.candidates.find(({ chosen }) => chosen)?.reason).toMatch(/^idle longest: /);
    expect((await work.store.agents.get(next ?? ''))?.freedAt?.getTime()).toBeGreaterThan(before.getTime());
  });

  test('the owner is asked first, else who served the contact last, else the strategy behind them', async () => {
    const strategy = ['contactOwner', 'lastAgent', 'fixedOrder'];
    const id = await anEnquiry(work, { from: 'owned@customers.test' });
    const contact = (await work.store.enquiries.get(id))?.contact ?? '';
    expect((await ring(id, strategy)).who).toBe('ann');
    await letsGo(id, 'ann');
    await served(id, 'cid', Date.now() - 3_600_000);
    expect(await ring(id, strategy)).toMatchObject({ who: 'cid', decision: { inputs: { strategy: 'lastAgent' } } });
    await letsGo(id, 'cid');
    await work.store.contacts.change(contact, { fields: { owner: 'bob' }, by: 'ada', now: new Date() });
    const { who, decision } = await ring(id, strategy);
    expect(who).toBe('bob');
    expect(decision?.candidates).toEqual([
      { agent: 'ann', chosen: false, reason: 'not the owner of the contact' },
      { agent: 'bob', chosen: true, reason: 'owner of the contact' },
      { agent: 'cid', chosen: false, reason: 'not the owner of the contact' },
    ]);
    await letsGo(id, 'bob');
  });

  test('sticky rings who served the contact within that time, also from another group', async () => {
    const first = await anEnquiry(work, { from: 'sticky@customers.test' });
    await served(first, 'zoe', Date.now() - 3_600_000);
    const second = await anEnquiry(work, { from: 'sticky@customers.test' });
    const early = await ring(second, 'fixedOrder', { sticky: 1_800_000 });
    expect(early).toMatchObject({ who: 'ann', decision: { inputs: { strategy: 'fixedOrder' } } });
    await letsGo(second, 'ann');
    const late = await ring(second, 'none', { sticky: 7_200_000 });
    expect(late).toMatchObject({ who: 'zoe', decision: { inputs: { strategy: 'sticky', general: 'none' } } });
    await letsGo(second, 'zoe');
    await work.store.agents.setPresence('zoe', 'away', 'agent', new Date());
    const away = await ring(second, 'fixedOrder', { sticky: 7_200_000 });
    expect(away.who).toBe('ann');
    expect(away.decision?.candidates.at(-1)).toEqual({
      agent: 'zoe',
      chosen: false,
      reason: 'served this contact last, but away',
    });
  });

  test('the account’s owner is asked where the flow says so', async () => {
    const account = { name: 'Acme', owner: 'cid', domains: ['acme.test'], notes: '' };
    await work.store.accounts.save('acme', account);
    const id = await anEnquiry(work, { from: 'buyer@acme.test' });
    expect((await ring(id, ['contactOwner', 'accountOwner'])).who).toBe('cid');
    await letsGo(id, 'cid');
  });

  test('who is offline is given it in his turn, or when nobody is online, and holds a slot', async () => {
    const id = await anEnquiry(work, { from: 'offline@customers.test' });
    await work.store.agents.setPresence('ann', 'offline', 'agent', new Date());
    expect((await ring(id, 'fixedOrder')).who).toBe('bob');
    await letsGo(id, 'bob');
    expect((await ring(id, 'fixedOrder', { offlineAgents: 'last' })).who).toBe('bob');
    await letsGo(id, 'bob');
    const alike = await ring(id, 'fixedOrder', { offlineAgents: 'alike' });
    expect(alike.answer).toMatchObject({ assigned: 'ann' });
    const ann = await work.store.agents.get('ann');
    expect(ann?.offers[id]).toBeUndefined();
    expect(ann?.slots[id]).toBeDefined();
    await letsGo(id, 'ann');
    for (const each of ['bob', 'cid']) await work.store.agents.setPresence(each, 'away', 'agent', new Date());
    expect((await ring(id, 'fixedOrder')).answer).toMatchObject({ nobody: 'offline' });
    expect((await ring(id, 'fixedOrder', { offlineAgents: 'last' })).answer).toMatchObject({ assigned: 'ann' });
    await letsGo(id, 'ann');
    const now = new Date();
    for (const each of AGENTS) await work.store.agents.setPresence(each, 'available', 'agent', now, 3_600_000);
  });

  test('skills leave out who has not enough of them', async () => {
    const id = await anEnquiry(work, { from: 'skills@customers.test' });
    await work.store.agents.setSkills('bob', { french: 2 });
    const asks = (level: number, later = level) => ({ skills: [{ skill: 'french', level, later }] });
    const { who, decision } = await ring(id, 'fixedOrder', asks(2));
    expect(who).toBe('bob');
    expect(decision?.candidates[0]).toEqual({ agent: 'ann', chosen: false, reason: 'french 0, asked for 2' });
    await letsGo(id, 'bob');
    expect((await ring(id, 'fixedOrder', asks(3))).answer).toMatchObject({ nobody: 'offline' });
    expect((await ring(id, 'fixedOrder', asks(3, 1))).answer).toMatchObject({ nobody: 'full' });
  });

  async function served(id: string, agent: string, at: number): Promise<void> {
    const state = { ...(await stateOf(work, id)), seq: (seq += 1), served: { agent, at } };
    const memory = { acts: [], seen: [] };
    const now = new Date();
    await work.store.enquiries.record({ id, seq: state.seq, state, memory, rest: null, timeline: [], run: null, now });
  }
});
