import { createActivities, type AllActivities } from '../../activities';
import flow from '../../flows/examples/support-desk.json';
import type { Flow } from '../../flows/flow';
import { anEnquiry } from '../support/mails-of-work';
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

  test.each(Object.entries(ways))('goes behind them, and the line is served in its order: %s', async (way, ring) => {
    const [first, second] = [
      await anEnquiry(work, { from: `${way}1@customers.test` }),
      await anEnquiry(work, { from: `${way}2@customers.test` }),
    ];
    const enter = {
      do: 'enterLine' as const,
      node: 'ring',
      target: { group: 'support' },
      strategy: 'leastLoaded',
      asked: [],
      priority: 0,
      ringTimeoutMs: 60_000,
    };
    await activities.enterLine({ ...common(first), effect: { ...enter, seq: (seq += 1), since: Date.now() } });

    const answer = await ring(second);

    expect(answer).toMatchObject({ nobody: 'full' });
    const decision = await work.store.decisions.get('decision' in answer ? answer.decision : '');
    expect(decision?.candidates).toEqual([{ agent: 'ann', chosen: false, reason: 'others have waited longer' }]);
    expect(await work.store.agents.holdersOf(second)).toEqual([]);
    await activities.enterLine({ ...common(second), effect: { ...enter, seq: (seq += 1), since: Date.now() } });
    await activities.matchLine({ kind: 'group', id: 'support' });
    expect(await work.store.agents.holdersOf(first)).toEqual(['ann']);
    await work.store.agents.release('ann', first);
    await activities.matchLine({ kind: 'group', id: 'support' });
    expect(await work.store.agents.holdersOf(second)).toEqual(['ann']);
    await work.store.agents.release('ann', second);

    const third = await anEnquiry(work, { from: `${way}3@customers.test` });
    expect(await ring(third)).toMatchObject(way === 'reserveAgent' ? { reserved: 'ann' } : { ringing: ['ann'] });
    await work.store.agents.release('ann', third);
  });
});
