import type { Candidate, Choice, StrategyName } from '../../flows';
import { strategies } from '../../flows';
import type { PendingOffer } from '../../store/agents';
import type { Decision } from '../../store/decisions';
import type { EffectActivities, EffectOf } from '../effects';
import type { Ports } from '../ports';
import { candidatesOf, endOfOffer, rosterOf, strategyOf, type Roster } from './candidates';
import { decisionOf, digestOf } from './decision';
import { ringAtAll } from './offer-to-all';
import { behindOthers, othersWait } from './others-wait';
import { turnOf } from './turn';
import { whyNobody } from './why-nobody';

type RoutingPorts = Pick<Ports, 'store' | 'now'>;
type Reserve = EffectOf<'reserveAgent'>;

/**
 * Direct ring: the choice is written down first and then done. A repeat reads the choice; whoever holds the slot of this
 * decision already is the answer, so one enquiry never takes two agents, two turns or two counts. Where the group's own
 * strategy holds, it may ring at all, or nobody and keep a list: that too is the decision's, not the group's of later.
 */
export const reserveAgent =
  (ports: RoutingPorts): EffectActivities['reserveAgent'] =>
  async (call) => {
    const { enquiryId, channelId, number, effect } = call;
    const id = decisionOf(enquiryId, effect.seq);
    const roster = await rosterOf(ports, effect.target);
    if (!roster) return { nobody: 'unknown', decision: id };
    const { decision, made, candidates } = await decide(ports, enquiryId, effect, roster);
    if (decision.inputs['strategy'] === 'none') return { listed: true, decision: id };
    if (decision.inputs['strategy'] === 'ringAll') return ringAtAll(ports, call, roster, decision);
    const until = Number(decision.detail['until'] ?? effect.until);
    if (!made) {
      const holder = roster.agents.find((agent) => agent.slots[enquiryId]?.decision === id);
      if (holder) return { reserved: holder._id, decision: id, until };
    }
    await releaseOthers(ports, enquiryId, effect, { roster, id });
    const offer: PendingOffer = {
      offer: effect.offer,
      enquiry: enquiryId,
      number,
      channel: channelId,
      since: ports.now(),
      until: new Date(until),
      broadcast: false,
    };
    for (const agent of decision.chosen ?? []) {
      const now = ports.now();
      const reserved = await ports.store.agents.reserve({ agent, enquiryId, decision: id, offer, now });
      if (reserved.outcome === 'refused') continue;
      ports.store.hints.tell({ about: 'offers', agent });
      return { reserved: agent, decision: id, until };
    }
    const nobody = decision.detail['behindOthers'] ? 'full' : whyNobody(candidates, effect.bound);
    return { nobody, decision: id };
  };

/**
 * A slot that another decision took for this enquiry, and of which the course knows nothing: its task was done anew and
 * decided otherwise. Who has the enquiry, or was asked in this visit, is none of them.
 */
async function releaseOthers(
  { store }: RoutingPorts,
  enquiryId: string,
  { asked }: Reserve,
  { roster, id }: { roster: Roster; id: string },
): Promise<void> {
  for (const agent of roster.agents) {
    const slot = agent.slots[enquiryId];
    if (!slot || slot.decision === id || asked.includes(agent._id)) continue;
    if (await store.agents.release(agent._id, enquiryId)) store.hints.tell({ about: 'offers', agent: agent._id });
  }
}

async function decide(
  ports: RoutingPorts,
  enquiryId: string,
  effect: Reserve,
  roster: Roster,
): Promise<{ decision: Decision; made: boolean; candidates: Candidate[] }> {
  const id = decisionOf(enquiryId, effect.seq);
  const candidates = candidatesOf(roster, effect.asked, effect.missedBy, ports.now());
  const named = strategyOf(effect.strategy, roster);
  const strategy = strategies[named as StrategyName] ?? strategies.leastLoaded;
  const behind = named !== 'none' && (await othersWait(ports, effect.target, candidates));
  const turn = behind ? 0 : await turnOf(ports, named, roster, id);
  const choice = behind ? behindOthers(candidates) : strategy(candidates, turn);
  const detail = { until: endOfOffer(effect, roster, ports.now()), ...(behind ? { behindOthers: true } : {}) };
  const wanted = decisionDocument(ports, enquiryId, effect, { choice, turn, detail, strategy: named });
  const { decision, made } = await ports.store.decisions.once(wanted);
  return { decision, made, candidates };
}

function decisionDocument(
  ports: RoutingPorts,
  enquiryId: string,
  effect: Reserve,
  { choice, turn, detail, strategy }: Pick<Decision, 'detail'> & { choice: Choice; turn: number; strategy: string },
): Decision {
  const chosen = strategy === 'ringAll' ? choice.order : choice.order.slice(0, 1);
  return {
    _id: decisionOf(enquiryId, effect.seq),
    enquiry: enquiryId,
    kind: 'ring',
    at: ports.now(),
    digest: digestOf({ do: effect.do, target: effect.target, strategy: effect.strategy, offer: effect.offer }),
    inputs: { target: effect.target, strategy, turn, asked: effect.asked, missedBy: effect.missedBy },
    chosen: choice.order,
    candidates: choice.reasons.map(({ agent, reason }) => ({ agent, reason, chosen: chosen.includes(agent) })),
    detail,
    v: 1,
  };
}
