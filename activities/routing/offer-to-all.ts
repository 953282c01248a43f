import { whyNobody } from '../../flows';
import type { Decision } from '../../store/decisions';
import type { EffectActivities, EffectCall } from '../effects';
import type { Ports } from '../ports';
import { candidatesOf, endOfOffer, rosterOf, type Roster } from './candidates';
import { chooseAgent } from './choose-agent';
import { decisionOf, digestOf } from './decision';
import { behindOthers, othersWait } from './others-wait';

/** What a broadcast is asked with, by itself or by a ring of a group that rings at all. */
type Broadcast = EffectCall<'offerToAll'> | EffectCall<'reserveAgent'>;

/** Broadcast: the offer goes on the list of everybody who is free now; nobody is reserved until one accepts. */
export const offerToAll =
  (ports: Pick<Ports, 'store' | 'now'>): EffectActivities['offerToAll'] =>
  async (call) => {
    const roster = await rosterOf(ports, call.effect.target);
    if (!roster) return { nobody: 'unknown', decision: decisionOf(call.enquiryId, call.effect.seq) };
    return ringAtAll(ports, call, roster, await decideBroadcast(ports, call, roster));
  };

/** Rings at those whom a decision of this effect names; the same ones however often it is done. */
export async function ringAtAll(
  { store, now }: Pick<Ports, 'store' | 'now'>,
  { enquiryId, channelId, contact, number, effect }: Broadcast,
  roster: Roster,
  decision: Decision,
): ReturnType<EffectActivities['offerToAll']> {
  const until = new Date(Number(decision.detail['until'] ?? effect.until));
  const { _id: id } = decision;
  const about = { offer: effect.offer, enquiry: enquiryId, number, channel: channelId };
  const ringing = await store.agents.offerTo(
    decision.chosen ?? [],
    { ...about, since: now(), until, broadcast: true },
    now(),
  );
  for (const agent of ringing) store.hints.tell({ about: 'offers', agent });
  if (ringing.length > 0) return { ringing, decision: id, until: until.getTime() };
  if (decision.detail['behindOthers']) return { nobody: 'full', decision: id };
  const wanted = { ...effect, enquiryId, contact, strategy: 'ringAll' };
  const { candidates } = await candidatesOf({ store }, roster, wanted, now());
  return { nobody: whyNobody(candidates), decision: id };
}

async function decideBroadcast(
  ports: Pick<Ports, 'store' | 'now'>,
  { enquiryId, contact, flow, effect }: EffectCall<'offerToAll'>,
  roster: Roster,
): Promise<Decision> {
  const { store, now } = ports;
  const id = decisionOf(enquiryId, effect.seq);
  const { picked, candidates } = await chooseAgent(
    ports,
    roster,
    { ...effect, enquiryId, contact, strategy: 'ringAll' },
    id,
  );
  const behind = await othersWait({ store }, effect.target, candidates);
  const choice = behind ? behindOthers(picked, candidates) : picked;
  const { decision } = await store.decisions.once({
    _id: id,
    enquiry: enquiryId,
    kind: 'broadcast',
    at: now(),
    ...(flow === undefined ? {} : { flow }),
    digest: digestOf({ do: effect.do, target: effect.target, offer: effect.offer }),
    inputs: {
      target: effect.target,
      strategy: 'ringAll',
      tieBreak: choice.tieBreak,
      asked: effect.asked,
      node: effect.node,
    },
    chosen: choice.order,
    candidates: choice.reasons.map(({ agent, eligible, reason }) => ({ agent, reason, chosen: eligible })),
    detail: { until: endOfOffer(effect, roster, now()), ...(behind ? { behindOthers: true } : {}) },
    v: 1,
  });
  return decision;
}
