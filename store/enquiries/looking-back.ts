import type { ClosedEnquiries } from '../closed-enquiries';
import type { Collection } from '../database/collection';
import type { Enquiry } from '../enquiries';
import type { OpenEnquiries } from '../open-enquiries';

/** What looking back needs. */
interface LookingBackPorts {
  collection: Collection<Enquiry>;
  open: OpenEnquiries;
  closed: ClosedEnquiries;
}

/** Finding enquiries by something else than their id. */
export function lookingBack({ collection, open, closed }: LookingBackPorts) {
  return {
    /** The enquiry with this number, or null. */
    async byNumber(number: number): Promise<Enquiry | null> {
      const [listed] = await open.list({ number, limit: 1 });
      const id = listed?._id ?? (await closed.idOf(number));
      return id === null ? null : collection.get(id);
    },

    /** Enquiries that closed in a span and are closed, newest first; at most 400 days back. */
    async closedBetween(since: Date, until: Date, limit = 200): Promise<Enquiry[]> {
      const found = new Map<string, Enquiry>();
      for await (const ids of closed.between(since, until)) {
        for (const enquiry of await collection.getMany(ids)) {
          const { _id, closedAt } = enquiry;
          if (closedAt && closedAt >= since && closedAt < until) found.set(_id, enquiry);
        }
        if (found.size >= limit) break;
      }
      const newestFirst = [...found.values()].toSorted((a, b) => closedTime(b) - closedTime(a));
      return newestFirst.slice(0, limit);
    },
    /** Ids of the newest enquiries of a channel, newest first; for backtests: scans. */
    idsOf: async (channel: string, since: Date, limit: number): Promise<string[]> => {
      const asked = { sort: { openedAt: -1 }, limit, fields: { _id: 1 } } as const;
      return (await collection.list({ channel, openedAt: { $gte: since } }, asked)).map(({ _id }) => _id);
    },
  };
}

const closedTime = ({ closedAt }: Enquiry): number => closedAt?.getTime() ?? 0;
