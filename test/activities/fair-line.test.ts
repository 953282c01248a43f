import { createActivities, type AllActivities } from '../../activities';
import { wakeStuckLines } from '../../activities/upkeep/stuck-lines';
import flow from '../../flows/examples/support-desk.json';
import type { Flow } from '../../flows/flow';
import { anEnquiry } from '../support/mails-of-work';
import { until } from '../support/until';
import { aDesk, startWork, type Work } from '../support/work';

/** Somebody became free, and the one who matches has not looked yet: a newcomer must not pass those who wait. */
describe('a newcomer to a group in whose line others wait', () => {
  let work: Work;
  let activities: AllActivities;
  beforeAll(async () => {
    work = await startWork();
    await aDesk(work, { flow: flow as unknown as Flow, agents: ['ann'], capacity: 1, delivery: false });
    activities = createActivities(work.ports);
    // The runs themselves are not what is tested here.
    await work.stopWorker();
  });
  afterAll(() => work.stop().catch(() => undefined));

  let seq = 0;
  const common = (enquiryId: string) => ({ enquiryId, channelId: 'support', number: 1, contact: null });
  const offer = (id: string) => ({
    seq: (seq += 1),
    node: 'ring',
    target: { group: 'support' },
    asked: [],
    missedBy: [],
    offer: `${id}.${seq}`,
    until: Date.now() + 60_000,
  });
  const ways = {
    reserveAgent: (id: string) =>
      activities.reserveAgent({
        ...common(id),
        effect: { do: 'reserveAgent', strategy: 'leastLoaded', ...offer(id) },
      }),
    offerToAll: (id: string) => activities.offerToAll({ ...common(id), effect: { do: 'offerToAll', ...offer(id) } }),
  };

  const enter = {
    do: 'enterLine' as const,
    node: 'ring',
    target: { group: 'support' },
    strategy: 'leastLoaded',
    asked: [],
    priority: 0,
    ringTimeoutMs: 60_000,
  };

  test.each(Object.entries(ways))('goes behind them, and the line is served in its order: %s', async (way, ring) => {
    const [first, second] = [
      await anEnquiry(work, { from: `${way}1@customers.test` }),
      await anEnquiry(work, { from: `${way}2@customers.test` }),
    ];
    await activities.enterLine({ ...common(first), effect: { ...enter, seq: (seq += 1), since: Date.now() } });

    const answer = await ring(second);

    expect(answer).toMatchObject({ nobody: 'full' });
    const decision = await work.store.decisions.get('decision' in answer ? answer.decision : '');
    expect(decision?.candidates).toEqual([{ agent: 'ann', chosen: false, reason: 'others have waited longer' }]);
    expect(await work.store.agents.holdersOf(second)).toEqual([]);
    await activities.enterLine({ ...common(second), effect: { ...enter, seq: (seq += 1), since: Date.now() } });
    await activities.matchLine({ kind: 'group', id: 'support' });
    expect(await work.store.agents.holdersOf(first)).toEqual(['ann']);
    await work.store.agents.release('ann', first, new Date());
    await activities.matchLine({ kind: 'group', id: 'support' });
    expect(await work.store.agents.holdersOf(second)).toEqual(['ann']);
    await work.store.agents.release('ann', second, new Date());

    const third = await anEnquiry(work, { from: `${way}3@customers.test` });
    expect(await ring(third)).toMatchObject(way === 'reserveAgent' ? { reserved: 'ann' } : { ringing: ['ann'] });
    await work.store.agents.release('ann', third, new Date());
  });

  test('keeps his place when whoever was chosen for him is away at that very moment', async () => {
    const { agents } = work.store;
    const [first, second] = [
      await anEnquiry(work, { from: 'kept1@customers.test' }),
      await anEnquiry(work, { from: 'kept2@customers.test' }),
    ];
    for (const id of [first, second])
      await activities.enterLine({ ...common(id), effect: { ...enter, seq: (seq += 1), since: Date.now() } });
    let flaps = 2;
    const reserve: typeof agents.reserve = async (request) => {
      if ((flaps -= 1) < 0) return agents.reserve(request);
      const says = (word: 'away' | 'available') => agents.setPresence('ann', word, 'agent', new Date(), 3_600_000);
      await says('away');
      const refused = await agents.reserve(request);
      await says('available');
      return refused;
    };
    const flapping = createActivities({ ...work.ports, store: { ...work.store, agents: { ...agents, reserve } } });
    expect(await flapping.matchLine({ kind: 'group', id: 'support' })).toEqual({ moved: 1 });
    expect([await agents.holdersOf(first), await agents.holdersOf(second)]).toEqual([['ann'], []]);
    for (const id of [first, second]) {
      await activities.matchLine({ kind: 'group', id: 'support' });
      await agents.release('ann', id, new Date());
    }
  });

  /** One waits, and a crash came when ann was reserved for it and nothing else was written. */
  async function leftReserved(from: string): Promise<{ waiting: string; decision: string }> {
    const waiting = await anEnquiry(work, { from });
    const place = (seq += 1);
    const decision = `${waiting}:${place}:line`;
    await activities.enterLine({ ...common(waiting), effect: { ...enter, seq: place, since: Date.now() } });
    await work.store.agents.reserve({ agent: 'ann', enquiryId: waiting, decision, offer: null, now: new Date() });
    return { waiting, decision };
  }

  test('the last free slot, left reserved by a crash, is offered to the one it was reserved for', async () => {
    const { waiting, decision } = await leftReserved('left1@customers.test');

    expect(await activities.matchLine({ kind: 'group', id: 'support' })).toEqual({ moved: 1 });

    expect(await work.store.decisions.get(decision)).toMatchObject({ chosen: ['ann'] });
    expect(await work.store.lines.get(waiting)).toBeNull();
    expect(await work.store.agents.get('ann')).toMatchObject({ load: 1 });
    await work.store.agents.release('ann', waiting, new Date());
  });

  test('a slot left reserved by a crash is given back when its agent is gone', async () => {
    const { waiting } = await leftReserved('left2@customers.test');
    await work.store.agents.setPresence('ann', 'away', 'agent', new Date(), 3_600_000);

    expect(await activities.matchLine({ kind: 'group', id: 'support' })).toEqual({ moved: 0 });

    expect(await work.store.agents.holdersOf(waiting)).toEqual([]);
    expect(await work.store.lines.get(waiting)).toMatchObject({ state: 'waiting' });
    await work.store.lines.leave(waiting);
  });

  test('a ring that is done anew takes nothing from whom the line found since', async () => {
    await work.store.agents.setPresence('ann', 'available', 'agent', new Date(), 3_600_000);
    await work.store.agents.hold('ann', 'another', new Date());
    const id = await anEnquiry(work, { from: 'anew@customers.test' });
    const effect = { do: 'reserveAgent' as const, strategy: 'leastLoaded', ...offer(id) };
    expect(await activities.reserveAgent({ ...common(id), effect })).toMatchObject({ nobody: 'full' });
    await activities.enterLine({ ...common(id), effect: { ...enter, seq: (seq += 1), since: Date.now() } });
    await work.store.agents.release('ann', 'another', new Date());
    await activities.matchLine({ kind: 'group', id: 'support' });

    expect(await activities.reserveAgent({ ...common(id), effect })).toMatchObject({ nobody: 'full' });

    expect(await work.store.agents.holdersOf(id)).toEqual(['ann']);
  });

  test('what only the clock moves is counted, and nothing else is', async () => {
    const { store, ports, workflows } = work;
    const { movedByClock } = store.counters;
    const longAgo = new Date(Date.now() - 60_000);
    await store.agents.save({ id: 'bea', name: 'Bea', capacity: 1 }, longAgo);
    await store.agents.setPresence('bea', 'available', 'agent', longAgo, 3_600_000);
    await store.groups.save('late', { title: 'Late', agents: ['bea'], strategy: 'leastLoaded', ringTimeoutMs: null });
    const entry = { line: 'group:late', priority: 0, since: longAgo, strategy: 'leastLoaded', asked: [], missedBy: [] };
    const waits = (id: string) => store.lines.enter({ _id: id, ...entry, ringTimeoutMs: 60_000, seq: 1, v: 1 });
    const offered = async (id: string) => (await store.agents.holdersOf(id)).includes('bea');
    const free = (id: string) => store.agents.release('bea', id, new Date());

    // He became free at this moment: the word of that is on its way.
    await store.agents.reserve({ agent: 'bea', enquiryId: 'before', decision: 'd', offer: null, now: new Date() });
    await waits('just-now');
    await free('before');
    await activities.matchLine({ kind: 'group', id: 'late', by: 'clock' });
    expect(await offered('just-now')).toBe(true);
    await free('just-now');
    await waits('told');
    await work.startWorker();
    await workflows.wakeLine('group', 'late');
    await until('the line has moved', () => offered('told'));
    await free('told');
    const freedAt = (await store.agents.get('bea'))?.freedAt?.getTime() ?? 0;
    await until('a word about it would have come', () => Date.now() - freedAt > 1_000);
    expect(await movedByClock()).toBe(0);

    // Its word got lost: nobody but the clock knows that somebody is free.
    await waits('overlooked');
    await wakeStuckLines(ports);
    await until('it has counted', async () => (await movedByClock()) === 1);
    expect(await offered('overlooked')).toBe(true);
    await wakeStuckLines(ports);
    expect(await movedByClock()).toBe(1);
  });
});
