import type { Collection } from '../database/collection';
import type { Enquiry } from '../enquiries';
import type { OpenEnquiries } from '../open-enquiries';

/** Looks that scan on the embedded database, so never on a hot path. */
export function lookingBack({ collection, open }: { collection: Collection<Enquiry>; open: OpenEnquiries }) {
  return {
    /** The enquiry with this number, or null; one that is not open is scanned for on the embedded database. */
    async byNumber(number: number): Promise<Enquiry | null> {
      const [listed] = await open.list({ number, limit: 1 });
      return listed ? collection.get(listed._id) : ((await collection.list({ number }, { limit: 1 }))[0] ?? null);
    },
    /** Ids of the newest enquiries of a channel, newest first; for backtests: scans. */
    idsOf: async (channel: string, since: Date, limit: number): Promise<string[]> => {
      const asked = { sort: { openedAt: -1 }, limit, fields: { _id: 1 } } as const;
      return (await collection.list({ channel, openedAt: { $gte: since } }, asked)).map(({ _id }) => _id);
    },
  };
}
