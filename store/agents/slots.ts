import type { Agent, Reserved, ReserveRefusal, ReserveRequest, Slot } from '../agents';
import type { Collection, Query } from '../database/collection';
import { available, isAvailable } from './availability';
import { offerOf, slotOf } from './paths';
import { receivedOn } from './received';

/** Taking, holding and giving back a place of an agent's capacity. */
export function slots(collection: Collection<Agent>) {
  function giveBack(agent: string, enquiryId: string, now: Date, as: Query): Promise<boolean> {
    const held = { _id: agent, [slotOf(enquiryId)]: { $exists: true }, ...as };
    return collection.update('release', held, {
      $unset: { [slotOf(enquiryId)]: '', [offerOf(enquiryId)]: '' },
      $inc: { load: -1 },
      $max: { freedAt: now },
    });
  }

  return {
    /** Takes a slot in one atomic step, and puts the offer on his list with it. */
    async reserve(request: ReserveRequest): Promise<Reserved> {
      const { agent: id, enquiryId, now } = request;
      const slot: Slot = { decision: request.decision, since: now };
      const free: Query = { _id: id, suspended: false, [slotOf(enquiryId)]: { $exists: false } };
      if (!request.whateverPresence) Object.assign(free, available(now));
      if (!request.force) free['$expr'] = { $lt: ['$load', '$capacity'] };
      const offer = request.offer ? { [offerOf(enquiryId)]: request.offer } : {};
      const received = request.day ? receivedOn(request.day) : { $inc: {}, $unset: {} };
      const done = await collection.update('reserve', free, {
        $set: { [slotOf(enquiryId)]: slot, ...offer },
        $inc: { load: 1, ...received.$inc },
        ...(request.day ? { $unset: received.$unset } : {}),
      });
      if (done) return { outcome: 'reserved' };
      const agent = await collection.get(id);
      const held = agent?.slots[enquiryId];
      if (held) return { outcome: 'already', slot: held };
      return { outcome: 'refused', reason: refusal(agent, request) };
    },

    /**
     * Gives the slot (and a pending offer) of this enquiry back; false when there was none. `decision`: only while it is the
     * one that took it.
     */
    release: (agent: string, enquiryId: string, now: Date, decision?: string): Promise<boolean> =>
      giveBack(agent, enquiryId, now, decision === undefined ? {} : { [`${slotOf(enquiryId)}.decision`]: decision }),

    /** Gives back the slot that was taken then; false when it has been given back, taken again or renewed since. */
    releaseTakenAt: (agent: string, enquiryId: string, since: Date, now: Date): Promise<boolean> =>
      giveBack(agent, enquiryId, now, { [`${slotOf(enquiryId)}.since`]: since }),

    /** The slot he holds is from now on this decision's, taken now; false when he holds none. */
    renew: (agent: string, enquiryId: string, decision: string, now: Date): Promise<boolean> =>
      collection.update(
        'renew',
        { _id: agent, [slotOf(enquiryId)]: { $exists: true } },
        { $set: { [slotOf(enquiryId)]: { decision, since: now } } },
      ),

    /** Takes a slot again, over capacity if need be; false when he holds it already or is unknown. */
    hold: (agent: string, enquiryId: string, now: Date): Promise<boolean> =>
      collection.update(
        'hold',
        { _id: agent, [slotOf(enquiryId)]: { $exists: false } },
        { $set: { [slotOf(enquiryId)]: { decision: 'held', since: now } }, $inc: { load: 1 } },
      ),

    /** Agents that hold a slot of this enquiry or at whom it rings; reads all agents. */
    async holdersOf(enquiryId: string): Promise<string[]> {
      const all = await collection.list({}, { fields: { slots: 1, offers: 1 } });
      return all.filter((agent) => agent.slots[enquiryId] ?? agent.offers[enquiryId]).map((agent) => agent._id);
    },
  };
}

function refusal(agent: Agent | null, request: ReserveRequest): ReserveRefusal {
  if (agent === null) return 'unknown';
  if (agent.suspended) return 'suspended';
  if (!request.whateverPresence && !isAvailable(agent, request.now)) return 'unavailable';
  return 'full';
}
