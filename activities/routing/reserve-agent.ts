import { whyNobody, type Candidate } from '../../flows';
import type { PendingOffer } from '../../store/agents';
import type { Decision } from '../../store/decisions';
import type { EffectActivities, EffectCall, EffectOf } from '../effects';
import type { Ports } from '../ports';
import { endOfOffer, rosterOf, type Roster } from './candidates';
import { chooseAgent, type Chosen } from './choose-agent';
import { dayOf } from './day-of';
import { decisionOf, digestOf, isLater } from './decision';
import { ringAtAll } from './offer-to-all';
import { behindOthers, othersWait } from './others-wait';

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
    const { decision, made, candidates } = await decide(ports, call, roster);
    if (decision.inputs['strategy'] === 'none') return { listed: true, decision: id };
    if (decision.inputs['strategy'] === 'ringAll') return ringAtAll(ports, call, roster, decision);
    const until = Number(decision.detail['until'] ?? effect.until);
    if (!made) {
      const holder = roster.agents.find((agent) => agent.slots[enquiryId]?.decision === id);
      if (holder) {
        const rings = holder.offers[enquiryId]?.offer === effect.offer;
        return rings ? { reserved: holder._id, decision: id, until } : { assigned: holder._id, decision: id };
      }
    }
    await releaseOthers(ports, enquiryId, effect, { roster, id, made });
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
      const about = { agent, enquiryId, decision: id, now };
      if (candidates.some((each) => each.agent === agent && each.assignable)) {
        const day = dayOf(now, effect.timezone);
        const given = await ports.store.agents.reserve({ ...about, offer: null, whateverPresence: true, day });
        if (given.outcome !== 'refused') return { assigned: agent, decision: id };
        continue;
      }
      const reserved = await ports.store.agents.reserve({ ...about, offer });
      if (reserved.outcome === 'refused') continue;
      ports.store.hints.tell({ about: 'offers', agent });
      return { reserved: agent, decision: id, until };
    }
    // The one who was to be asked first has gone, and the group works from a list.
    if (decision.inputs['general'] === 'none') return { listed: true, decision: id };
    const nobody = decision.detail['behindOthers'] ? 'full' : whyNobody(candidates, effect.bound);
    return { nobody, decision: id };
  };

/**
 * A slot that another decision took for this enquiry, and of which the course knows nothing: its task was done anew and
 * decided otherwise. Who has the enquiry, or was asked in this visit, is none of them; nor, where a decision is only
 * repeated, is whoever the line found since.
 */
async function releaseOthers(
  { store, now }: RoutingPorts,
  enquiryId: string,
  { asked, seq }: Reserve,
  { roster, id, made }: { roster: Roster; id: string; made: boolean },
): Promise<void> {
  for (const agent of roster.agents) {
    const slot = agent.slots[enquiryId];
    if (!slot || slot.decision === id || asked.includes(agent._id)) continue;
    if (!made && isLater(slot.decision, enquiryId, seq)) continue;
    if (await store.agents.release(agent._id, enquiryId, now()))
      store.hints.tell({ about: 'offers', agent: agent._id });
  }
}

async function decide(
  ports: RoutingPorts,
  { enquiryId, contact, flow, effect }: EffectCall<'reserveAgent'>,
  roster: Roster,
): Promise<{ decision: Decision; made: boolean; candidates: Candidate[] }> {
  const id = decisionOf(enquiryId, effect.seq);
  const chosen = await chooseAgent(ports, roster, { ...effect, enquiryId, contact }, id);
  const { candidates } = chosen;
  const behind = chosen.picked.general !== 'none' && (await othersWait(ports, effect.target, candidates));
  const wanted = decisionDocument(
    ports,
    { enquiryId, flow, effect },
    {
      ...chosen,
      ...(behind ? { picked: behindOthers(chosen.picked, candidates) } : {}),
      detail: { until: endOfOffer(effect, roster, ports.now()), ...(behind ? { behindOthers: true } : {}) },
    },
  );
  const { decision, made } = await ports.store.decisions.once(wanted);
  return { decision, made, candidates };
}

function decisionDocument(
  ports: RoutingPorts,
  { enquiryId, flow, effect }: Pick<EffectCall<'reserveAgent'>, 'enquiryId' | 'effect'> & { flow: Decision['flow'] },
  { picked, turn, detail }: Pick<Chosen, 'picked' | 'turn'> & Pick<Decision, 'detail'>,
): Decision {
  const { target, asked, missedBy, node } = effect;
  const { strategy, general, tieBreak } = picked;
  const chosen = strategy === 'ringAll' ? picked.order : picked.order.slice(0, 1);
  return {
    _id: decisionOf(enquiryId, effect.seq),
    enquiry: enquiryId,
    kind: 'ring',
    at: ports.now(),
    ...(flow === undefined ? {} : { flow }),
    digest: digestOf({ do: effect.do, target, strategy: effect.strategy, offer: effect.offer }),
    inputs: { target, strategy, general, tieBreak, turn, asked, missedBy, node },
    chosen: picked.order,
    candidates: picked.reasons.map(({ agent, reason }) => ({ agent, reason, chosen: chosen.includes(agent) })),
    detail,
    v: 1,
  };
}
