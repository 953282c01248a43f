import type { Collection } from '../database/collection';
import type { Enquiry } from '../enquiries';

/** Looks that scan on the embedded database, so never on a hot path. */
export function lookingBack({ collection }: { collection: Collection<Enquiry> }) {
  return {
    /** The enquiry with this number, or null; scans on the embedded database. */
    byNumber: async (number: number): Promise<Enquiry | null> =>
      (await collection.list({ number }, { limit: 1 }))[0] ?? null,
    /** Ids of the newest enquiries of a channel, newest first; for backtests: scans. */
    idsOf: async (channel: string, since: Date, limit: number): Promise<string[]> => {
      const asked = { sort: { openedAt: -1 }, limit, fields: { _id: 1 } } as const;
      return (await collection.list({ channel, openedAt: { $gte: since } }, asked)).map(({ _id }) => _id);
    },
  };
}
