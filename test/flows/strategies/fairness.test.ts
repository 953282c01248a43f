import { step, strategies, type Candidate, type Strategy } from '../../../flows';
import { shareOf } from '../../../flows/share';
import { dice } from '../../support/dice';
import { aFlow, aMessage, ends, START } from '../play';
import { aCandidate } from './a-group';

const ARRIVALS = 10_000;

/** Mails come, agents accept, end work and go away and come back; `each` looks at every choice. */
function aDay(
  strategy: Strategy,
  { flaps }: { flaps: boolean },
  each: (chosen: Candidate, all: Candidate[]) => void,
): number[] {
  const random = dice();
  const agents = Array.from({ length: 12 }, (_, position) => aCandidate(`a${position}`, { position, capacity: 1e6 }));
  const given = agents.map(() => 0);
  for (let turn = 0; turn < ARRIVALS; turn++) {
    if (flaps) {
      for (const agent of agents) {
        if (random() < 0.02) agent.available = !agent.available;
        if (agent.load > 0 && random() < 0.1) agent.load -= 1;
        agent.capacity = 1 + (agent.position % 4);
      }
    }
    const [first] = strategy(agents, turn).order;
    const chosen = agents.find(({ agent }) => agent === first);
    if (!chosen) continue;
    each(chosen, agents);
    chosen.load += 1;
    chosen.receivedToday += 1;
    given[chosen.position] = (given[chosen.position] ?? 0) + 1;
  }
  return given;
}

const free = ({ available, load, capacity }: Candidate): boolean => available && load < capacity;

describe(`over ${ARRIVALS} arrivals`, () => {
  it('roundRobin gives no agent more than one enquiry more than another', () => {
    const given = aDay(strategies.roundRobin, { flaps: false }, () => undefined);
    expect(Math.max(...given) - Math.min(...given)).toBeLessThanOrEqual(1);
    expect(given.reduce((sum, count) => sum + count, 0)).toBe(ARRIVALS);
  });

  it('leastLoaded never passes over an available agent who holds fewer', () => {
    let passedOver = 0;
    const given = aDay(strategies.leastLoaded, { flaps: true }, (chosen, all) => {
      if (!free(chosen) || all.some((other) => free(other) && other.load < chosen.load)) passedOver += 1;
    });
    expect(passedOver).toBe(0);
    expect(Math.min(...given)).toBeGreaterThan(100);
  });

  it('fewestToday never passes over an available agent who received fewer', () => {
    let passedOver = 0;
    const given = aDay(strategies.fewestToday, { flaps: true }, (chosen, all) => {
      if (!free(chosen) || all.some((other) => free(other) && other.receivedToday < chosen.receivedToday))
        passedOver += 1;
    });
    expect(passedOver).toBe(0);
    expect(Math.min(...given)).toBeGreaterThan(100);
  });

  it.each([[70], [30], [50], [5]])('%i %% of enquiries go where they should, within three sigma', (percent) => {
    const share = percent / 100;
    const random = dice();
    const ids = Array.from({ length: ARRIVALS }, () => Math.floor(random() * 2 ** 48).toString(36));
    const there = ids.filter((id) => shareOf(`${id}/route`) < percent).length;
    expect(Math.abs(there - ARRIVALS * share)).toBeLessThan(3 * Math.sqrt(ARRIVALS * share * (1 - share)));
  });

  it('a route by percentage sends enquiries there as its flow says, within three sigma', () => {
    const random = dice();
    const flow = aFlow({
      route: {
        type: 'route',
        rule: 'percentage',
        destinations: [
          { group: 'billing-hk', percent: 70 },
          { group: 'billing-sg', percent: 30 },
        ],
        next: { routed: 'ring', unroutable: 'ring' },
      },
      ring: { type: 'ring', to: 'routed-group', next: { accepted: 'serve', timeout: 'serve', unavailable: 'serve' } },
      ...ends,
    });
    const groups = Array.from({ length: ARRIVALS }, () => {
      const enquiryId = Math.floor(random() * 2 ** 48).toString(36);
      const start = { type: 'start', at: START, enquiryId, channelId: 'support', message: aMessage() } as const;
      const [effect] = step(flow, {}, null, start).effects;
      return effect?.do === 'reserveAgent' && 'group' in effect.target ? effect.target.group : null;
    });
    const there = groups.filter((group) => group === 'billing-hk').length;
    expect(groups.filter((group) => group === null)).toEqual([]);
    expect(Math.abs(there - ARRIVALS * 0.7)).toBeLessThan(3 * Math.sqrt(ARRIVALS * 0.7 * 0.3));
  });
});
