import type { EffectActivities } from '../effects';
import type { Ports } from '../ports';

/** Binds the contact to the agent who attended first; an engagement that holds stays with its agent. */
export const bindEngagement =
  ({ store, now }: Pick<Ports, 'store' | 'now'>): EffectActivities['bindEngagement'] =>
  async ({ enquiryId, channelId, contact, effect }) => {
    if (contact === null) return { done: true };
    await store.engagements.bind({
      channel: channelId,
      contact,
      agent: effect.agent,
      expiresMs: effect.expiresMs,
      whenUnavailable: effect.whenUnavailable,
      enquiry: enquiryId,
      group: effect.group,
      now: now(),
    });
    return { done: true };
  };
