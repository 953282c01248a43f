import * as fc from 'fast-check';
import type { Flow } from '../../../flows/flow';
import { aFlow } from '../../flows/play';
import type { Model } from '../../activities/model/commands';
import { says } from '../../support/desk-work';
import { aGroup } from '../../support/settings-work';
import { whole } from '../../support/test-size';
import { happen, histories, tell, type Doing } from './doings';
import { install, RealWorld, type Installation } from './real-world';

jest.setTimeout(3_600_000);

/** Twenty are asked for by `npm run histories`; they take about a quarter of an hour. */
const HISTORIES = whole ? 20 : 2;
/** The same histories each time; another number plays others. */
const SEED = 60_073_290;
const DOINGS = whole ? 16 : 8;

interface Plan {
  strategy: 'leastLoaded' | 'roundRobin' | 'ringAll';
  capacity: number;
  doings: Doing[];
}
const plans = (length: number): fc.Arbitrary<Plan> =>
  fc.record({
    strategy: fc.constantFrom('leastLoaded' as const, 'roundRobin' as const, 'ringAll' as const),
    capacity: fc.constantFrom(1, 2),
    doings: histories(length),
  });

/** Rings who is bound, then the group; whoever takes it is bound. */
const flowOf = (id: string): Flow =>
  aFlow(
    {
      'ring-bound': {
        type: 'ring',
        to: 'engaged-agent',
        timeout: '5s',
        next: { accepted: 'bind', timeout: 'route', unavailable: 'route' },
      },
      route: {
        type: 'route',
        rule: 'sequence',
        destinations: [{ group: id }],
        next: { routed: 'ring', unroutable: 'pause' },
      },
      ring: {
        type: 'ring',
        to: 'routed-group',
        timeout: '5s',
        next: { accepted: 'bind', timeout: 'pause', unavailable: 'pause' },
      },
      pause: { type: 'wait', timeout: '8h', next: { timeout: 'ring' } },
      bind: { type: 'engage', expires: '30d', whenUnavailable: 'forward-to-group', next: 'serve' },
      close: { type: 'close', reason: 'resolved', notify: false },
      serve: {
        type: 'wait',
        for: ['agent-closed'],
        timeout: '300d',
        next: { 'agent-closed': 'close', timeout: 'close' },
      },
    },
    { id, onTaken: 'bind', onClosed: 'close', onError: 'pause' },
  );

describe('random histories of an installation that is killed by kill -9', () => {
  let installation: Installation;
  let deaths = 0;
  beforeAll(async () => {
    installation = await install();
  });
  afterAll(() => installation?.end());

  async function begin(id: string, { strategy, capacity }: Plan, quietMs?: number): Promise<RealWorld> {
    const { desk, agents } = installation;
    await aGroup(desk.admin, id, agents, { strategy });
    for (const agent of agents) {
      await desk.admin.patch(`/v1/agents/${agent.id}`, { capacity });
      await desk.admin.patch(`/v1/users/${agent.id}`, { groups: [id] });
      await says(agent, 'available');
    }
    const address = await desk.addressOf(flowOf(id));
    const each = agents.map((agent) => [agent.id, { word: 'available', suspended: false }] as const);
    const model: Model = { channel: id, group: id, agents: new Map(each), enquiries: new Map(), bound: new Map() };
    const world = new RealWorld(installation, model, address, quietMs);
    world.watch();
    return world;
  }

  async function play(world: RealWorld, { strategy, capacity, doings }: Plan): Promise<void> {
    const told: string[] = [];
    try {
      for (const doing of doings) {
        told.push(tell(doing));
        await happen(world, doing);
      }
      await world.quiet();
    } catch (failure) {
      const story = `${strategy}, capacity ${capacity}: ${told.join('; ')}`;
      const output = installation.desk.product.output().slice(-3_000);
      throw new Error(`${String(failure)}\n${story}\n${output}`, { cause: failure });
    }
  }

  test('an enquiry that is reserved at two agents is noticed', async () => {
    const plan: Plan = { strategy: 'leastLoaded', capacity: 2, doings: [] };
    const world = await begin('planted', plan, 1_000);
    const opens: Doing = { what: 'opens', which: 0, who: 0, killAfterMs: null, quiet: false };
    await play(world, { ...plan, doings: [opens] });
    const [enquiry = ''] = world.model.enquiries.keys();
    const { agents, desk, store } = installation;
    // While it lives the clock mends the fault, before anybody sees it or after.
    await desk.product.kill();
    for (const agent of agents) await store.agents.hold(agent.id, enquiry, new Date());

    await expect(world.quiet()).rejects.toThrow(/slots of|offers at|load of/);

    for (const agent of agents) await store.agents.release(agent.id, enquiry, new Date());
    await desk.product.start();
    await new RealWorld(installation, world.model, world.address).end();
    await world.stopWatching();
  });

  const all = fc.sample(plans(DOINGS), { numRuns: HISTORIES, seed: SEED });
  test.each(all.map((plan, place) => [place + 1, plan] as const))(
    'history %i keeps every promise',
    async (place, plan) => {
      const began = performance.now();
      const world = await begin(`history-${place}`, plan);
      try {
        await play(world, plan);
      } finally {
        await world.stopWatching();
      }
      const seconds = ((performance.now() - began) / 1000).toFixed(0);
      if (whole) {
        process.stdout.write(
          `history ${place}: ${plan.strategy}, capacity ${plan.capacity}, ${world.model.enquiries.size} enquiries, ${world.deaths} kills, ${seconds} s\n`,
        );
      }
      deaths += world.deaths;
      await world.end();
    },
  );

  test('the deaths that were planned came', () => {
    expect(deaths).toBeGreaterThanOrEqual(HISTORIES);
  });
});
