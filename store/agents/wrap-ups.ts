import type { Agent } from '../agents';
import type { Collection, Query } from '../database/collection';
import { offerOf, slotOf, wrapUpOf } from './paths';

/** Time after an enquiry in which an agent writes up what he did: it holds a place of his capacity and ends by itself. */
export function wrapUps(collection: Collection<Agent>) {
  return {
    /**
     * The slot of the enquiry becomes a wrap-up until then; without a slot it takes a place, beyond capacity if need be.
     * Asked again it changes nothing.
     */
    async beginWrapUp(agent: string, enquiryId: string, until: Date): Promise<void> {
      const [slot, wrapUp] = [slotOf(enquiryId), wrapUpOf(enquiryId)];
      const fresh: Query = { _id: agent, [wrapUp]: { $exists: false } };
      const begin = { $set: { [wrapUp]: { until } }, $max: { freedAt: until } };
      const gone = { [slot]: '', [offerOf(enquiryId)]: '' };
      const held = { ...fresh, [slot]: { $exists: true } };
      if (await collection.update('beginWrapUp', held, { ...begin, $unset: gone })) return;
      if (await collection.update('beginWrapUp', fresh, { ...begin, $inc: { load: 1 } })) return;
      const again = { _id: agent, [slot]: { $exists: true } };
      await collection.update('beginWrapUp', again, {
        $unset: gone,
        $inc: { load: -1 },
        $max: { [`${wrapUp}.until`]: until },
      });
    },

    /** Ends a wrap-up; false when there is none. */
    endWrapUp: (agent: string, enquiryId: string): Promise<boolean> =>
      collection.update(
        'endWrapUp',
        { _id: agent, [wrapUpOf(enquiryId)]: { $exists: true } },
        { $unset: { [wrapUpOf(enquiryId)]: '' }, $inc: { load: -1 } },
      ),

    /** Wrap-ups whose time is over. */
    async overdueWrapUps(now: Date): Promise<{ agent: string; enquiry: string }[]> {
      const all = await collection.list({ load: { $gt: 0 } }, { fields: { wrapUps: 1 } });
      return all.flatMap(({ _id: agent, wrapUps: his = {} }) =>
        Object.entries(his)
          .filter(([, { until }]) => until <= now)
          .map(([enquiry]) => ({ agent, enquiry })),
      );
    },
  };
}
