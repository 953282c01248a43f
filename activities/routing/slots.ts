import type { EffectActivities } from '../effects';
import type { Ports } from '../ports';
import { wakeLinesOf } from './wake-lines';

/** Gives the agent's slot back and wakes the lines he serves. Doing it twice changes nothing. */
export const releaseSlot =
  (ports: Pick<Ports, 'store' | 'workflows'>): EffectActivities['releaseSlot'] =>
  async ({ enquiryId, effect }) => {
    if (await ports.store.agents.release(effect.agent, enquiryId)) await wakeLinesOf(ports, effect.agent);
    return { done: true };
  };

/** The agent holds a slot again, over his capacity if need be. */
export const holdSlot =
  ({ store, now }: Pick<Ports, 'store' | 'now'>): EffectActivities['holdSlot'] =>
  async ({ enquiryId, effect }) => {
    await store.agents.hold(effect.agent, enquiryId, now());
    return { done: true };
  };
