import type { EffectActivities } from '../effects';
import type { Ports } from '../ports';
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
      missesAllowed: ports.settings.missesBeforeNotResponding,
    });
    for (const { agent, freed } of ended) {
      ports.store.hints.tell({ about: 'offers', agent });
      if (freed) await wakeLinesOf(ports, agent);
    }
    return { done: true };
  };
