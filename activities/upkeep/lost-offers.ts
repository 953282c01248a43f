import type { Ports } from '../ports';
import { rescind } from '../routing/end-offer';
import { decisionIdOf, entryOf, offerOf } from '../routing/line-offer';
import { wakeLinesOf } from '../routing/wake-lines';

/**
 * Offers that a matcher made when it died, and whose enquiry never heard of them and has left the line since: its run is
 * told now, and takes the offer or gives it back. What is closed has no run: its slot is given back at once. How many.
 */
export async function tellLostOffers(ports: Pick<Ports, 'store' | 'workflows' | 'settings' | 'now'>): Promise<number> {
  const { store, workflows, settings, now } = ports;
  const before = new Date(now().getTime() - settings.stuckLineMs);
  const rings = (await store.agents.list()).flatMap(({ _id: agent, offers }) =>
    Object.values(offers).flatMap((offer) => {
      const entry = offer.since < before ? entryOf(offer.offer) : null;
      return entry ? [{ agent, offer, entry }] : [];
    }),
  );
  if (rings.length === 0) return 0;
  const ids = rings.map(({ entry }) => entry._id);
  const [places, enquiries] = await Promise.all([store.lines.getMany(ids), store.enquiries.getMany(ids)]);
  let told = 0;
  for (const { agent, offer, entry } of rings) {
    const place = places.find(({ _id }) => _id === entry._id);
    const enquiry = enquiries.find(({ _id, status }) => _id === entry._id && status !== 'closed');
    // Its line sees to it, or its run knows.
    if ((place && offerOf(place) === offer.offer) || enquiry?.ringing.includes(agent)) continue;
    told += 1;
    if (enquiry) {
      const decision = decisionIdOf(entry);
      await workflows.matched(entry._id, { agent, offer: offer.offer, until: offer.until.getTime(), decision });
      continue;
    }
    await rescind(ports, agent, { enquiryId: entry._id, offerId: offer.offer, winner: null });
    store.hints.tell({ about: 'offers', agent });
    await wakeLinesOf(ports, agent);
  }
  return told;
}
