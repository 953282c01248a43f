import { dayOf } from './day-of';
import { decisionOf } from './decision';
import type { EffectActivities } from '../effects';
import type { Ports } from '../ports';

/** Reserves a slot for just this agent (accept of a broadcast, take), or says why not. */
export const reserveFor =
  ({ store, now }: Pick<Ports, 'store' | 'now'>): EffectActivities['reserveFor'] =>
  async ({ enquiryId, effect }) => {
    const decision = decisionOf(enquiryId, effect.seq);
    const reserve = () =>
      store.agents.reserve({
        agent: effect.agent,
        enquiryId,
        decision,
        offer: null,
        now: now(),
        force: effect.force,
        whateverPresence: true,
        ...(effect.received ? { day: dayOf(now(), effect.timezone) } : {}),
      });
    let reserved = await reserve();
    // A matcher that reserved him for it at this moment must not take it back as its own.
    const renewed =
      reserved.outcome !== 'already' || (await store.agents.renew(effect.agent, enquiryId, decision, now()));
    if (!renewed) reserved = await reserve();
    if (reserved.outcome === 'refused') return { nobody: reserved.reason === 'full' ? 'full' : 'unknown', decision };
    return { reserved: effect.agent, decision, until: 0 };
  };
