import { createActivities } from '../../../activities';
import type { Ports } from '../../../activities/ports';
import { testSettings } from '../../support/work';
import { freshStore, type FreshStore } from '../../support/fresh-store';
import { whole } from '../../support/test-size';

jest.setTimeout(900_000);

/** The whole is asked for by `npm run drain`; it takes some minutes. */
const [WAITING, AGENTS] = whole ? [1_000, 50] : [150, 12];
const CAPACITY = 2;
const LINE = 'group:crowd';

/** A long line, and agents who accept, decline, come and go all at once, while one matcher walks the line. */
describe(`a line of ${WAITING} that ${AGENTS} agents serve at once`, () => {
  let store: FreshStore;
  beforeAll(async () => {
    store = await freshStore();
  });
  afterAll(() => store.close());

  test('is drained in its order, with nobody reserved beyond his capacity and no enquiry served twice', async () => {
    const now = new Date();
    const ids = Array.from({ length: AGENTS }, (_, index) => `agent-${index}`);
    for (const id of ids) {
      await store.agents.save({ id, name: id, capacity: CAPACITY }, now);
      await store.agents.setPresence(id, 'available', 'agent', now, 3_600_000);
    }
    await store.groups.save('crowd', { title: 'Crowd', agents: ids, strategy: 'leastLoaded', ringTimeoutMs: null });
    const place = { line: LINE, strategy: 'leastLoaded', missedBy: [], ringTimeoutMs: 60_000, v: 1 };
    const priorityOf = (index: number): number => (index % 10 === 7 ? 2 : index % 10 === 3 ? 1 : 0);
    const enter = (index: number, asked: string[], seq: number) =>
      store.lines.enter({
        ...place,
        _id: `q-${index}`,
        priority: priorityOf(index),
        since: new Date(now.getTime() + index),
        asked,
        seq,
      });
    const everybody = Array.from({ length: WAITING }, (_, index) => index);
    for (const index of everybody) await enter(index, [], 1);

    const beyond: string[] = [];
    const order: number[] = [];
    const served = new Map<string, number>();
    const asked = new Map<string, string[]>();
    const rings: { enquiry: string; agent: string; offer: string }[] = [];
    const { agents } = store;
    const reserve: typeof agents.reserve = async (request) => {
      const done = await agents.reserve(request);
      const agent = await agents.get(request.agent);
      // Whoever was accepted meanwhile holds his slot until he gives it back: more than his capacity is never right.
      if (done.outcome === 'reserved' && agent && agent.load > agent.capacity) beyond.push(agent._id);
      return done;
    };
    const ports = {
      store: { ...store, agents: { ...agents, reserve } },
      settings: { ...testSettings, missesBeforeNotResponding: 1000 },
      now: () => new Date(),
      log: () => undefined,
      workflows: {
        wakeLine: async () => undefined,
        matched: async (enquiry: string, { agent, offer }: { agent: string; offer: string }) => {
          if (!asked.has(enquiry)) order.push(Number(enquiry.slice(2)));
          rings.push({ enquiry, agent, offer });
        },
      },
    } as unknown as Ports;
    const { matchLine, endOffer } = createActivities(ports);
    const left = (): boolean => served.size < WAITING;
    const breathe = () => new Promise((resolve) => setTimeout(resolve, 2));

    const matcher = async (): Promise<void> => {
      while (left()) if ((await matchLine({ kind: 'group', id: 'crowd' })).moved === 0) await breathe();
    };
    let turn = 0;
    const answer = async ({ enquiry, agent, offer }: (typeof rings)[number]): Promise<void> => {
      const how = (turn += 1) % 7 === 0 ? 'declined' : 'accepted';
      const end = { do: 'endOffer', seq: 2, node: null, offer, agents: [agent], how } as const;
      const winner = how === 'accepted' ? agent : null;
      const call = { enquiryId: enquiry, channelId: 'c', number: 1, contact: null };
      await endOffer({ ...call, effect: { ...end, agents: [agent], winner } });
      if (how === 'accepted') {
        served.set(enquiry, (served.get(enquiry) ?? 0) + 1);
        await store.agents.release(agent, enquiry, new Date());
        return;
      }
      const others = [...(asked.get(enquiry) ?? []), agent];
      asked.set(enquiry, others);
      await enter(Number(enquiry.slice(2)), others, 1 + others.length);
    };
    const desk = async (): Promise<void> => {
      while (left()) {
        const ring = rings.shift();
        if (ring) await answer(ring);
        else await breathe();
      }
    };
    const flaps = async (): Promise<void> => {
      for (let index = 0; left(); index += 1) {
        const id = ids[index % AGENTS] ?? '';
        await store.agents.setPresence(id, 'away', 'agent', new Date(), 3_600_000);
        await breathe();
        await store.agents.setPresence(id, 'available', 'agent', new Date(), 3_600_000);
      }
    };
    const began = performance.now();
    await Promise.all([matcher(), flaps(), ...ids.map(desk)]);
    const seconds = (performance.now() - began) / 1000;
    if (whole) process.stdout.write(`${WAITING} waiting, ${AGENTS} agents: drained in ${seconds.toFixed(1)} s\n`);

    expect(beyond).toEqual([]);
    expect([...served.values()].filter((times) => times !== 1)).toEqual([]);
    expect(served.size).toBe(WAITING);
    // Priority, then age; nobody was offered before anybody whose turn it was.
    expect(order).toEqual(everybody.toSorted((a, b) => priorityOf(b) - priorityOf(a) || a - b));
    expect(await store.lines.length(LINE)).toBe(0);
    for (const agent of await store.agents.getMany(ids))
      expect(agent).toMatchObject({ load: 0, slots: {}, offers: {} });
  });
});
