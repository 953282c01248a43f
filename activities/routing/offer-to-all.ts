import { strategies } from '../../flows';
import type { EffectActivities } from '../effects';
import type { Ports } from '../ports';
import { candidatesOf, rosterOf } from './candidates';
import { decisionOf, digestOf } from './decision';
import { whyNobody } from './reserve-agent';

/** Broadcast: the offer goes on the list of everybody who is free now; nobody is reserved until one accepts. */
export const offerToAll =
  ({ store, now }: Pick<Ports, 'store' | 'now'>): EffectActivities['offerToAll'] =>
  async ({ enquiryId, channelId, number, effect }) => {
    const id = decisionOf(enquiryId, effect.seq);
    const roster = await rosterOf({ store }, effect.target);
    if (!roster) return { nobody: 'unknown', decision: id };
    const candidates = candidatesOf(roster, effect.asked, effect.missedBy, now());
    const choice = strategies.ringAll(candidates, 0);
    const { decision } = await store.decisions.once({
      _id: id,
      enquiry: enquiryId,
      kind: 'broadcast',
      at: now(),
      digest: digestOf({ do: effect.do, target: effect.target, offer: effect.offer }),
      inputs: { target: effect.target, strategy: 'ringAll', asked: effect.asked },
      chosen: choice.order,
      candidates: choice.reasons.map(({ agent, eligible, reason }) => ({ agent, reason, chosen: eligible })),
      detail: {},
      v: 1,
    });
    const offer = {
      offer: effect.offer,
      enquiry: enquiryId,
      number,
      channel: channelId,
      since: now(),
      until: new Date(effect.until),
      broadcast: true,
    };
    const ringing = await store.agents.offerTo(decision.chosen ?? [], offer, now());
    for (const agent of ringing) store.hints.tell({ about: 'offers', agent });
    return ringing.length > 0 ? { ringing, decision: id } : { nobody: whyNobody(candidates), decision: id };
  };
