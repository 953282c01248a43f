import * as fc from 'fast-check';
import { freshStore, type FreshStore } from '../../support/fresh-store';
import { aFlow, ends } from '../../flows/play';
import { histories, type Model } from './commands';
import { dieHere } from './crash';
import { World } from './world';

jest.setTimeout(300_000);

/** They take about a minute; each is about fifteen commands and one or two deaths. */
const HISTORIES = 500;
/** So many play beside each other: a history waits for the database half of its time. */
const BESIDE = 10;
/**
 * The same histories each time; another number plays others. A failure tells `seed` and `path`: give both to `fc.assert`,
 * with `endOnFailure: false`, to have the shortest history that fails.
 */
const SEED = 60_073_290;

/** Rings who is bound, then the group; whoever takes it is bound. */
const flow = aFlow(
  {
    'ring-bound': {
      type: 'ring',
      to: 'engaged-agent',
      next: { accepted: 'bind', timeout: 'route', unavailable: 'route' },
    },
    route: {
      type: 'route',
      rule: 'sequence',
      destinations: [{ group: 'filled-in' }],
      next: { routed: 'ring', unroutable: 'route' },
    },
    ring: { type: 'ring', to: 'routed-group', next: { accepted: 'bind', timeout: 'pause', unavailable: 'pause' } },
    pause: { type: 'wait', for: [], timeout: '15m', next: { timeout: 'ring' } },
    bind: { type: 'engage', expires: '30d', whenUnavailable: 'forward-to-group', next: 'serve' },
    serve: {
      type: 'wait',
      for: ['agent-closed'],
      timeout: '300d',
      next: { 'agent-closed': 'close', timeout: 'close' },
    },
    ...ends,
  },
  { onTaken: 'bind', onClosed: 'close' },
);

describe('random histories of offers, capacity and engagement, with deaths between writes', () => {
  let store: FreshStore;
  let begun = 0;
  let ended = 0;
  let deaths = 0;
  beforeAll(async () => {
    store = await freshStore({ failAt: dieHere });
  });
  afterAll(() => store.close());

  async function begin(
    strategy: string,
    capacity: number,
    reserveTwice: boolean,
  ): Promise<{ model: Model; real: World }> {
    const group = `h${(begun += 1)}`;
    const agents = ['a', 'b', 'c'].map((name) => `${group}-${name}`);
    const nodes = {
      ...flow.nodes,
      route: { ...flow.nodes['route'], destinations: [{ group }], next: { routed: 'ring', unroutable: 'pause' } },
    };
    const lines = [`group:${group}`, ...agents.map((agent) => `agent:${agent}`)];
    const world = new World(store, { ...flow, nodes: nodes as typeof flow.nodes }, lines, reserveTwice);
    const now = new Date(world.at);
    for (const id of agents) {
      await store.agents.save({ id, name: id, capacity }, now);
      await store.agents.setPresence(id, 'available', 'agent', now, 365 * 86_400_000);
    }
    await store.groups.save(group, { title: group, agents, strategy, ringTimeoutMs: null });
    const each = agents.map((id) => [id, { word: 'available', suspended: false }] as const);
    return {
      real: world,
      model: { channel: `ch-${group}`, group, agents: new Map(each), enquiries: new Map(), bound: new Map() },
    };
  }

  const history = (reserveTwice: boolean) =>
    fc.asyncProperty(
      fc.constantFrom('leastLoaded', 'roundRobin', 'ringAll'),
      fc.constantFrom(1, 2),
      histories,
      async (strategy, capacity, all) => {
        const first = await begin(strategy, capacity, reserveTwice);
        await fc.asyncModelRun(() => first, all);
        ended += 1;
        deaths += first.real.deaths;
        await first.real.end();
        await store.groups.remove(first.model.group);
      },
    );

  test(`${HISTORIES} of them keep every promise`, async () => {
    const shares = Array.from({ length: BESIDE }, (_, share) =>
      fc.assert(history(false), { numRuns: HISTORIES / BESIDE, seed: SEED + share, endOnFailure: true }),
    );
    await Promise.all(shares);
    expect(ended).toBe(HISTORIES);
    // Else the deaths that are planned do not come, and nothing of them is tested.
    expect(deaths).toBeGreaterThan(HISTORIES / 2);
  });

  test('an enquiry that is reserved at two agents is noticed', async () => {
    const { failed, errorInstance } = await fc.check(history(true), { numRuns: 20, seed: SEED, endOnFailure: true });
    expect(failed).toBe(true);
    expect(String(errorInstance)).toMatch(/slots of|beyond capacity/);
  });
});
