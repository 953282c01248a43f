import type { Answer, Candidate, Choice, StrategyName } from '../../flows';
import { strategies } from '../../flows';
import type { PendingOffer } from '../../store/agents';
import type { Decision } from '../../store/decisions';
import type { EffectActivities, EffectOf } from '../effects';
import type { Ports } from '../ports';
import { candidatesOf, rosterOf, type Roster } from './candidates';
import { decisionOf, digestOf } from './decision';

type RoutingPorts = Pick<Ports, 'store' | 'now'>;
type Reserve = EffectOf<'reserveAgent'>;

/**
 * Direct ring: the choice is written down first and then done. A repeat reads the choice; whoever holds the slot of this
 * decision already is the answer, so one enquiry never takes two agents, two turns or two counts.
 */
export const reserveAgent =
  (ports: RoutingPorts): EffectActivities['reserveAgent'] =>
  async ({ enquiryId, channelId, number, effect }) => {
    const id = decisionOf(enquiryId, effect.seq);
    const roster = await rosterOf(ports, effect.target);
    if (!roster) return { nobody: 'unknown', decision: id };
    const { decision, made, candidates } = await decide(ports, enquiryId, effect, roster);
    if (!made) {
      const holder = roster.agents.find((agent) => agent.slots[enquiryId]?.decision === id);
      if (holder) return { reserved: holder._id, decision: id, until: effect.until };
    }
    const offer: PendingOffer = {
      offer: effect.offer,
      enquiry: enquiryId,
      number,
      channel: channelId,
      since: ports.now(),
      until: new Date(effect.until),
      broadcast: false,
    };
    for (const agent of decision.chosen ?? []) {
      const now = ports.now();
      const reserved = await ports.store.agents.reserve({ agent, enquiryId, decision: id, offer, now });
      if (reserved.outcome === 'refused') continue;
      ports.store.hints.tell({ about: 'offers', agent });
      return { reserved: agent, decision: id, until: effect.until };
    }
    return { nobody: whyNobody(candidates), decision: id };
  };

async function decide(
  ports: RoutingPorts,
  enquiryId: string,
  effect: Reserve,
  roster: Roster,
): Promise<{ decision: Decision; made: boolean; candidates: Candidate[] }> {
  const id = decisionOf(enquiryId, effect.seq);
  const candidates = candidatesOf(roster, effect.asked, effect.missedBy, ports.now());
  const strategy = strategies[effect.strategy as StrategyName] ?? strategies.leastLoaded;
  const turn = await turnOf(ports, effect.strategy, roster, id);
  const choice = strategy(candidates, turn);
  const { decision, made } = await ports.store.decisions.once(decisionDocument(ports, enquiryId, effect, choice, turn));
  return { decision, made, candidates };
}

async function turnOf(ports: RoutingPorts, strategy: string, roster: Roster, key: string): Promise<number> {
  if (strategy !== 'roundRobin' || roster.group === null) return 0;
  return ((await ports.store.groups.nextTurn(roster.group, key)) ?? 1) - 1;
}

function decisionDocument(
  ports: RoutingPorts,
  enquiryId: string,
  effect: Reserve,
  choice: Choice,
  turn: number,
): Decision {
  const first = choice.order[0];
  return {
    _id: decisionOf(enquiryId, effect.seq),
    enquiry: enquiryId,
    kind: 'ring',
    at: ports.now(),
    digest: digestOf({ do: effect.do, target: effect.target, strategy: effect.strategy, offer: effect.offer }),
    inputs: { target: effect.target, strategy: effect.strategy, turn, asked: effect.asked, missedBy: effect.missedBy },
    chosen: choice.order,
    candidates: choice.reasons.map(({ agent, reason }) => ({ agent, reason, chosen: agent === first })),
    detail: {},
    v: 1,
  };
}

/** Why no agent could be reserved, from the facts the choice was made with. */
export function whyNobody(candidates: readonly Candidate[]): Extract<Answer, { nobody: string }>['nobody'] {
  const left = candidates.filter((each) => !each.asked);
  if (left.some((each) => each.available)) return 'full';
  return candidates.some((each) => each.asked) ? 'asked' : 'offline';
}
