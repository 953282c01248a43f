import { createActivities, type AllActivities } from '../../../activities';
import type { Ports } from '../../../activities/ports';
import type { Agent } from '../../../store/agents';
import { dice } from '../../support/dice';
import { freshStore, type FreshStore } from '../../support/fresh-store';
import { whole } from '../../support/test-size';
import { testSettings } from '../../support/work';

jest.setTimeout(1_800_000);

/** 10,000 are asked for by `npm run drain`; it takes some minutes. */
const ARRIVALS = whole ? 10_000 : 400;
const AGENTS = 8;
const AT_ONCE = 20;

/** What the strategies promise of single choices and of a whole day, held against the matcher and the store it reads. */
describe(`${ARRIVALS} arrivals that go through a line`, () => {
  let store: FreshStore;
  beforeAll(async () => {
    store = await freshStore();
  });
  afterAll(() => store.close());

  interface Choice {
    chosen: Agent;
    /** Everybody as he was just before. */
    all: readonly Agent[];
  }

  /** Mails come, the matcher offers them, agents accept and end work, and (with `flaps`) go away and come back. */
  async function aDay(strategy: string, flaps: boolean, each: (choice: Choice) => void): Promise<number[]> {
    const random = dice();
    const group = `day-${strategy.toLowerCase()}`;
    const now = new Date();
    const day = now.toISOString().slice(0, 10);
    const ids = Array.from({ length: AGENTS }, (_, place) => `${group}-${place}`);
    for (const [place, id] of ids.entries()) {
      await store.agents.save({ id, name: id, capacity: flaps ? 1 + (place % 4) : 1_000_000 }, now);
      await store.agents.setPresence(id, 'available', 'agent', now, 365 * 86_400_000);
    }
    await store.groups.save(group, { title: group, agents: ids, strategy, ringTimeoutMs: null });
    const rings: { enquiry: string; agent: string; offer: string }[] = [];
    const { agents } = store;
    const reserve: typeof agents.reserve = async (request) => {
      const all = await agents.getMany(ids);
      const done = await agents.reserve(request);
      const chosen = all.find(({ _id }) => _id === request.agent);
      if (done.outcome === 'reserved' && chosen) each({ chosen, all });
      return done;
    };
    const activities: AllActivities = createActivities({
      store: { ...store, agents: { ...agents, reserve } },
      settings: testSettings,
      now: () => now,
      log: () => undefined,
      workflows: {
        wakeLine: async () => undefined,
        matched: async (enquiry: string, told: { agent: string; offer: string }) =>
          void rings.push({ enquiry, ...told }),
      },
    } as unknown as Ports);
    const given = ids.map(() => 0);
    let holds: { agent: string; enquiry: string }[] = [];
    for (let come = 0, served = 0; served < ARRIVALS;) {
      for (let more = 0; more < AT_ONCE && come < ARRIVALS; more += 1, come += 1) {
        const place = { line: `group:${group}`, priority: 0, since: new Date(now.getTime() + come), strategy, seq: 1 };
        const waits = { ...place, asked: [], missedBy: [], ringTimeoutMs: 60_000, v: 1 };
        await store.lines.enter({ ...waits, _id: `${group}-e${come}` });
      }
      await activities.matchLine({ kind: 'group', id: group });
      for (const { enquiry, agent, offer } of rings.splice(0)) {
        const accepted = {
          agents: [agent],
          enquiryId: enquiry,
          offerId: offer,
          how: 'accepted' as const,
          winner: agent,
        };
        await store.agents.endOffers({ ...accepted, day, now, missesAllowed: 3 });
        given[ids.indexOf(agent)] = (given[ids.indexOf(agent)] ?? 0) + 1;
        holds.push({ agent, enquiry });
        served += 1;
      }
      const ended = holds.filter(() => !flaps || random() >= 0.4);
      for (const { agent, enquiry } of ended) await store.agents.release(agent, enquiry, now);
      holds = holds.filter((held) => !ended.includes(held));
      if (!flaps) continue;
      for (const id of ids) {
        const word = random() < 0.25 ? 'away' : 'available';
        await store.agents.setPresence(id, word, 'agent', now, 365 * 86_400_000);
      }
    }
    await store.groups.remove(group);
    return given;
  }

  const free = ({ presence, load, capacity }: Agent): boolean => presence.word === 'available' && load < capacity;

  test('roundRobin gives no agent more than one enquiry more than another', async () => {
    let choices = 0;
    const given = await aDay('roundRobin', false, () => (choices += 1));
    expect(Math.max(...given) - Math.min(...given)).toBeLessThanOrEqual(1);
    expect(given.reduce((sum, count) => sum + count, 0)).toBe(ARRIVALS);
    expect(choices).toBe(ARRIVALS);
  });

  const received = ({ received: days, offers }: Agent): number =>
    Object.values(days).reduce((sum, count) => sum + count, 0) + Object.keys(offers).length;

  test.each([
    ['leastLoaded', ({ load }: Agent) => load],
    ['fewestToday', received],
  ] as const)('%s never passes over an available agent who has fewer', async (strategy, countOf) => {
    const passedOver: string[] = [];
    let choices = 0;
    const given = await aDay(strategy, true, ({ chosen, all }) => {
      choices += 1;
      const fewer = all.filter((other) => free(other) && countOf(other) < countOf(chosen));
      if (!free(chosen) || fewer.length > 0) passedOver.push(`${chosen._id}: ${fewer.map(({ _id }) => _id).join()}`);
    });
    expect(passedOver).toEqual([]);
    expect(choices).toBe(ARRIVALS);
    expect(Math.min(...given)).toBeGreaterThan(ARRIVALS / AGENTS / 8);
  });
});
