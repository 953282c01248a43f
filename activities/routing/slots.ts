import type { Agent } from '../../store/agents';
import type { EffectActivities } from '../effects';
import type { Ports } from '../ports';
import { isThere } from './candidates';
import { wakeLinesOf } from './wake-lines';

/** Gives the agent's slot back and wakes the lines he serves. Doing it twice changes nothing. */
export const releaseSlot =
  (ports: Pick<Ports, 'store' | 'workflows'>): EffectActivities['releaseSlot'] =>
  async ({ enquiryId, effect }) => {
    if (await ports.store.agents.release(effect.agent, enquiryId)) await wakeLinesOf(ports, effect.agent);
    return { done: true };
  };

/**
 * The agent holds a slot again, over his capacity if need be. Of an agent the contact is bound to it answers whether he is
 * there, and who serves if he is not; the engagement lasts from now on, because the contact wrote.
 */
export const holdSlot =
  ({ store, now }: Pick<Ports, 'store' | 'now'>): EffectActivities['holdSlot'] =>
  async ({ enquiryId, channelId, contact, effect }) => {
    await store.agents.hold(effect.agent, enquiryId, now());
    if (!effect.bound || contact === null) return { done: true };
    const [engagement, agent] = await Promise.all([
      store.engagements.get(channelId, contact, now()),
      store.agents.get(effect.agent),
    ]);
    if (engagement?.agent !== effect.agent) return { done: true };
    await store.engagements.touch(channelId, contact, now());
    return {
      holder: standingOf(agent, now()),
      forwardTo: engagement.whenUnavailable === 'wait' ? null : engagement.group,
    };
  };

function standingOf(agent: Agent | null, now: Date): 'free' | 'occupied' | 'gone' {
  if (!agent || !isThere(agent, now)) return 'gone';
  return agent.presence.word === 'busy' || agent.load > agent.capacity ? 'occupied' : 'free';
}
