import type { EffectActivities } from '../effects';
import type { Ports } from '../ports';
import { dayOf } from './day-of';
import { tellOfSilence } from '../notices/not-responding';
import { wakeLinesOf } from './wake-lines';

/** Takes an offer off the agents' lists, frees the slots of all but the winner, counts misses, wakes the lines. */
export const endOffer =
  (ports: Pick<Ports, 'store' | 'workflows' | 'settings' | 'now'>): EffectActivities['endOffer'] =>
  async ({ enquiryId, effect }) => {
    const now = ports.now();
    const ended = await ports.store.agents.endOffers({
      agents: effect.agents,
      enquiryId,
      offerId: effect.offer,
      how: effect.how,
      winner: effect.winner,
      now,
      ...(effect.how === 'accepted' ? { day: dayOf(now, effect.timezone) } : {}),
      missesAllowed: ports.settings.missesBeforeNotResponding,
    });
    for (const one of ended) {
      const { agent, freed, notResponding } = one;
      ports.store.hints.tell({ about: 'offers', agent });
      if (notResponding) await tellOfSilence(ports, one, effect.offer);
      if (freed) await wakeLinesOf(ports, agent);
    }
    return { done: true };
  };

/** Takes one agent's offer back without a word of his; the winner keeps his slot. */
export const rescind = (
  { store, settings, now }: Pick<Ports, 'store' | 'settings' | 'now'>,
  agent: string,
  offer: { enquiryId: string; offerId: string; winner: string | null },
): ReturnType<Ports['store']['agents']['endOffers']> =>
  store.agents.endOffers({
    ...offer,
    agents: [agent],
    how: 'rescinded',
    now: now(),
    missesAllowed: settings.missesBeforeNotResponding,
  });
