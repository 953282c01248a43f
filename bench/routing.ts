import { rosterOf, type Roster } from '../activities/routing/candidates';
import { chooseAgent } from '../activities/routing/choose-agent';
import { quantile, rounded, type BenchSize, type Figure } from './figure';
import type { Subject } from './subject';

const AGENTS = Array.from({ length: 500 }, (_, place) => `rung-${place}`);
const GROUP = 'five-hundred';
const GOAL_MS = 5;
const STRATEGIES = ['leastLoaded', 'fewestToday', 'longestIdle', 'fixedOrder'];

/**
 * A routing decision over a group of 500, of whom every fourth is away and every fourth is full: who is asked, in order,
 * and a reason for everybody; in time of computing, so that what else runs on the machine counts less. Beside it what
 * the database takes to tell of them, which depends on whose it is.
 */
export async function routing({ store }: Subject, { quick }: BenchSize): Promise<Figure[]> {
  const samples = quick ? 400 : 2_000;
  await prepare(store);
  const ports = { store, now: () => new Date() };
  const reading: number[] = [];
  let roster: Roster | null = null;
  for (let n = 0; n < samples / 10; n += 1) {
    const began = performance.now();
    roster = await rosterOf(ports, { group: GROUP });
    reading.push(performance.now() - began);
  }
  await store.groups.remove(GROUP);
  if (!roster) throw new Error('The group of the bench is gone.');
  const wanted = { enquiryId: 'e', contact: null, asked: AGENTS.slice(0, 1), missedBy: AGENTS.slice(2, 3) };
  const decide = async (times: number): Promise<number> => {
    const began = process.cpuUsage();
    for (let n = 0; n < times; n += 1) {
      const strategy = STRATEGIES[n % STRATEGIES.length] ?? 'leastLoaded';
      const { picked } = await chooseAgent(ports, roster, { ...wanted, strategy }, 'bench');
      if (picked.order.length !== AGENTS.length / 2) throw new Error(`${picked.order.length} of 500 could be asked.`);
    }
    const { user, system } = process.cpuUsage(began);
    return (user + system) / 1e3 / times;
  };
  // Until the machine has compiled what it runs.
  await decide(samples);
  const decidingMs = await decide(samples);
  const same = { unit: 'ms', ceiling: null, ratio: null };
  return [
    {
      figure: 'routing decision over 500 agents',
      goal: `under ${GOAL_MS} ms`,
      measured: rounded(decidingMs),
      holds: decidingMs < GOAL_MS,
      samples,
      ...same,
    },
    {
      figure: 'read of 500 agents before it, median',
      goal: 'told only',
      measured: rounded(quantile(reading, 0.5)),
      holds: true,
      samples: reading.length,
      ...same,
    },
  ];
}

async function prepare({ agents, groups }: Subject['store']): Promise<void> {
  const now = new Date();
  for (const [place, id] of AGENTS.entries()) {
    await agents.save({ id, name: `Agent ${id}`, capacity: place % 4 === 1 ? 0 : 5 }, now);
    await agents.setPresence(id, place % 4 === 0 ? 'away' : 'available', 'bench', now, 24 * 3_600_000);
  }
  await groups.save(GROUP, { title: 'Five hundred', agents: AGENTS, strategy: 'leastLoaded', ringTimeoutMs: null });
}
