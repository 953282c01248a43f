import type { Agent, OfferEnd, OfferEnded, PendingOffer } from '../agents';
import type { Collection, Query } from '../database/collection';
import { available } from './availability';
import { changed } from './presence';
import { offerOf, slotOf } from './paths';
import { receivedOn } from './received';

/** What rings at agents, and how it ends. */
export function offering(collection: Collection<Agent>) {
  async function endAtOne(agent: string, end: OfferEnd): Promise<OfferEnded | null> {
    const rings: Query = { _id: agent, [`${offerOf(end.enquiryId)}.offer`]: end.offerId };
    const slot = slotOf(end.enquiryId);
    const gone: Query = { [offerOf(end.enquiryId)]: '' };
    const tally = tallyOf(agent, end);
    let freed = false;
    let after: Agent | null = null;
    if (agent !== end.winner) {
      const free = {
        ...tally,
        $unset: { ...gone, [slot]: '' },
        $inc: { ...tally.$inc, load: -1 },
        $max: { freedAt: end.now },
      };
      after = await collection.change('endOffers', { ...rings, [slot]: { $exists: true } }, free);
      freed = after !== null;
    }
    after ??= await collection.change('endOffers', rings, { ...tally, $unset: { ...gone, ...tally.$unset } });
    const ended = after !== null;
    if (end.how !== 'missed') return after && { agent, freed, notResponding: false, missesInRow: after.missesInRow };
    // Asked again after a crash between the two writes, the second is still made.
    after ??= await collection.get(agent);
    const silent = after !== null && (await stopRinging(after, end));
    return after && (ended || silent) ? { agent, freed, notResponding: silent, missesInRow: after.missesInRow } : null;
  }

  async function stopRinging(agent: Agent, end: OfferEnd): Promise<boolean> {
    // Asked again after a crash he is told of once more, so that his supervisors hear of it.
    if (agent.presence.word === 'notResponding') return agent.presence.offer === end.offerId;
    if (agent.missesInRow < end.missesAllowed || agent.presence.word !== 'available') return false;
    const still = { _id: agent._id, missesInRow: { $gte: end.missesAllowed }, 'presence.word': 'available' };
    return collection.update('endOffers', still, {
      $set: {
        'presence.word': 'notResponding',
        'presence.cause': 'missed',
        'presence.since': end.now,
        'presence.offer': end.offerId,
      },
      $push: changed('notResponding', 'missed', end.now),
    });
  }

  return {
    /** Broadcast: puts the offer on the list of those who are available now and reserves nobody; who rings. */
    async offerTo(ids: readonly string[], offer: PendingOffer, now: Date): Promise<string[]> {
      const field = offerOf(offer.enquiry);
      await collection.updateEach(
        'offerTo',
        ids.map((id) => ({ filter: { _id: id, ...available(now) }, update: { $set: { [field]: offer } } })),
      );
      const after = await collection.getMany(ids);
      return after.filter((agent) => agent.offers[offer.enquiry]?.offer === offer.offer).map((agent) => agent._id);
    },

    /** Takes the offer off the lists, frees slots of all but the winner, counts misses once; who changed. */
    async endOffers(end: OfferEnd): Promise<OfferEnded[]> {
      const ended = await Promise.all(end.agents.map((agent) => endAtOne(agent, end)));
      return ended.filter((one) => one !== null);
    },
  };
}

function tallyOf(agent: string, end: OfferEnd): { $inc?: Query; $set?: Query; $unset?: Query } {
  if (end.how === 'missed') return { $inc: { missesInRow: 1 } };
  if (end.how === 'rescinded' || (end.how === 'accepted' && agent !== end.winner)) return {};
  const received = agent === end.winner && end.day ? receivedOn(end.day) : {};
  return { $set: { missesInRow: 0 }, ...received };
}
