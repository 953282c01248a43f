import type { EffectActivities } from '../effects';
import type { Ports } from '../ports';

/** Keeps an answer from leaving and gives its text back to its author. */
export const takeBackMail =
  ({ store, now }: Pick<Ports, 'store' | 'now'>): EffectActivities['takeBackMail'] =>
  async ({ channelId, effect }) => {
    if (!(await store.takeBack(effect.mail, effect.agent, now()))) return { suppressed: 'mail-left' };
    store.hints.tell({ about: 'outbox', channel: channelId });
    return { done: true };
  };
