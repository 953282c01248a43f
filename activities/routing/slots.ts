import type { Answer } from '../../flows';
import type { Agent } from '../../store/agents';
import type { EffectActivities } from '../effects';
import type { Ports } from '../ports';
import { coverOf } from './absence';
import { isThere } from './candidates';
import { wakeLinesOf } from './wake-lines';
import { beginWrapUp } from './wrap-up';

/** Gives the agent's slot back, after his wrap-up where he has one, and wakes the lines he serves. Doing it twice changes nothing. */
export const releaseSlot =
  (ports: Pick<Ports, 'store' | 'workflows' | 'now'>): EffectActivities['releaseSlot'] =>
  async ({ enquiryId, effect: { agent, wrapUp } }) => {
    const ended = wrapUp && { agent, enquiryId, group: wrapUp.group, at: ports.now().getTime() };
    if (ended && (await beginWrapUp(ports, ended))) return { done: true };
    if (await ports.store.agents.release(agent, enquiryId, ports.now())) await wakeLinesOf(ports, agent);
    return { done: true };
  };

/**
 * The agent holds a slot again, over his capacity if need be. Where it is asked, the answer says whether he is there, and who
 * serves if he is not; an engagement with him lasts from now on, because the contact wrote.
 */
export const holdSlot =
  ({ store, now }: Pick<Ports, 'store' | 'now'>): EffectActivities['holdSlot'] =>
  async ({ enquiryId, channelId, contact, effect }) => {
    await store.agents.hold(effect.agent, enquiryId, now());
    if (effect.there) return { holder: standingOf(await store.agents.get(effect.agent), now()), forwardTo: null };
    if (!effect.asked && !effect.bound) return { done: true };
    const agent = await store.agents.get(effect.agent);
    const serving = standInFor(agent, now());
    const bound = effect.bound && contact !== null ? await store.engagements.get(channelId, contact, now()) : null;
    if (contact === null || bound?.agent !== effect.agent) return serving ?? { done: true };
    await store.engagements.touch(channelId, contact, now());
    return (
      serving ?? {
        holder: standingOf(agent, now()),
        forwardTo: bound.whenUnavailable === 'wait' ? null : bound.group,
      }
    );
  };

/** Who serves for an agent who is absent or serves nobody any more; null where that is for others to say. */
function standInFor(agent: Agent | null, now: Date): Extract<Answer, { holder: string }> | null {
  if (!agent || agent.suspended) return { holder: 'gone', forwardTo: null, left: true };
  const cover = coverOf(agent, now);
  return cover && { holder: 'gone', forwardTo: null, cover };
}

function standingOf(agent: Agent | null, now: Date): 'free' | 'occupied' | 'gone' {
  if (!agent || !isThere(agent, now)) return 'gone';
  return agent.presence.word === 'busy' || agent.load > agent.capacity ? 'occupied' : 'free';
}
