import type { EffectActivities } from '../effects';
import type { Ports } from '../ports';
import { mirrorDelivery } from './mirror-delivery';

/**
 * Keeps back what has not left: one mail, as when a close is undone, or all automatic mail of the enquiry that waits.
 * Discarded before counts as discarded, so that a repeat answers the same.
 */
export const discardMail =
  (ports: Pick<Ports, 'store' | 'now'>): EffectActivities['discardMail'] =>
  async ({ enquiryId, effect: { outbox } }) => {
    const { store, now } = ports;
    const keepBack = async (id: string): Promise<boolean> => {
      const entry = await store.outbox.get(id);
      const waits = entry?.state === 'queued' || entry?.state === 'held';
      const discarded = waits ? await store.outbox.discard(id, now()) : entry;
      if (discarded?.state !== 'discarded') return false;
      // Also in a repeat: who died in between had not shown it.
      await mirrorDelivery(ports, discarded);
      return true;
    };
    if (outbox !== null) return { discarded: await keepBack(outbox) };
    for (const id of await store.outbox.automaticOf(enquiryId)) await keepBack(id);
    return { discarded: true };
  };
