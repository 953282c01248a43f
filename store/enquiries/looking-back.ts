import type { ClosedEnquiries } from '../closed-enquiries';
import type { Collection } from '../database/collection';
import { everyId } from '../database/every-id';
import type { Enquiry } from '../enquiries';
import type { OpenEnquiries, OpenEnquiry } from '../open-enquiries';

/** What looking back needs. */
interface LookingBackPorts {
  collection: Collection<Enquiry>;
  open: OpenEnquiries;
  closed: ClosedEnquiries;
}

/** What is read of an enquiry where many are looked at. */
export type BriefEnquiry = Pick<
  Enquiry,
  | '_id'
  | 'number'
  | 'channel'
  | 'contact'
  | 'subject'
  | 'status'
  | 'assignee'
  | 'group'
  | 'ringing'
  | 'tags'
  | 'seq'
  | 'mail'
  | 'openedAt'
  | 'closedAt'
>;

/** Where an enquiry, or single messages of it, went. */
export interface LedOn {
  _id: string;
  moved: readonly { message: string; to: string }[];
  /** What stands there, also what came back. */
  messages: readonly string[];
  into: string | null;
}

const brief = {
  number: 1,
  channel: 1,
  contact: 1,
  subject: 1,
  status: 1,
  assignee: 1,
  group: 1,
  ringing: 1,
  tags: 1,
  seq: 1,
  mail: 1,
  openedAt: 1,
  closedAt: 1,
} as const;

/** Finding enquiries by something else than their id. */
export function lookingBack({ collection, open, closed }: LookingBackPorts) {
  async function newest(
    pages: AsyncGenerator<string[]>,
    limit: number,
    fits: (enquiry: Enquiry) => boolean,
  ): Promise<Enquiry[]> {
    const found = new Map<string, Enquiry>();
    for await (const ids of pages) {
      for (const enquiry of await collection.getMany(ids)) if (fits(enquiry)) found.set(enquiry._id, enquiry);
      if (found.size >= limit) break;
    }
    return [...found.values()].toSorted((a, b) => closedTime(b) - closedTime(a)).slice(0, limit);
  }

  return {
    /** Of these enquiries what lists of many need, without state and story; in no order. */
    briefs: async (ids: readonly string[]): Promise<BriefEnquiry[]> =>
      ids.length === 0 ? [] : collection.list({ _id: { $in: [...new Set(ids)] } }, { fields: brief }),
    /** Where these led: messages that went elsewhere, and the elder one they were merged into. */
    ledOn: (ids: readonly string[]): Promise<LedOn[]> => ledOn(collection, ids),
    /** Those of these contacts that were opened before, newest first; scans on the embedded database. */
    ofContacts: (contacts: readonly string[], before: Date, limit: number): Promise<BriefEnquiry[]> => {
      const filter = { contact: { $in: contacts }, openedAt: { $lt: before } };
      return collection.list(filter, { sort: { openedAt: -1 }, limit, fields: brief });
    },
    /** Ids of all enquiries, in their order, some hundreds at a time; for work over everything. */
    everyone: (): AsyncGenerator<string[]> => everyId(collection),
    /** Ids and `seq` of open enquiries that changed since, and ids of what closed since the hour before. */
    async touchedSince(
      since: Date,
      now: Date,
    ): Promise<{ open: Pick<OpenEnquiry, '_id' | 'seq'>[]; closed: string[] }> {
      const closedOnes: string[] = [];
      for await (const ids of closed.between(since, now)) closedOnes.push(...ids);
      return { open: await open.changedSince(since), closed: closedOnes };
    },
    /** The enquiry with this number, or null. */
    async byNumber(number: number): Promise<Enquiry | null> {
      const [listed] = await open.list({ number, limit: 1 });
      const id = listed?._id ?? (await closed.idOf(number));
      return id === null ? null : collection.get(id);
    },

    /** Enquiries that closed in a span and are closed, newest first; at most 400 days back. */
    closedBetween: (since: Date, until: Date, limit = 200): Promise<Enquiry[]> =>
      newest(closed.between(since, until), limit, ({ closedAt }) =>
        Boolean(closedAt && closedAt >= since && closedAt < until),
      ),

    /** Enquiries that were called spam since then and still are, newest first. */
    spamSince: (since: Date, until: Date, limit = 200): Promise<Enquiry[]> =>
      newest(closed.spamBetween(since, until), limit, ({ state }) => (state?.spam?.at ?? 0) >= since.getTime()),

    /** Ids of the newest enquiries of a channel, newest first; for backtests: scans. */
    idsOf: async (channel: string, since: Date, limit: number): Promise<string[]> => {
      const asked = { sort: { openedAt: -1 }, limit, fields: { _id: 1 } } as const;
      return (await collection.list({ channel, openedAt: { $gte: since } }, asked)).map(({ _id }) => _id);
    },
  };
}

const closedTime = ({ closedAt }: Enquiry): number => closedAt?.getTime() ?? 0;

async function ledOn(collection: Collection<Enquiry>, ids: readonly string[]): Promise<LedOn[]> {
  if (ids.length === 0) return [];
  const fields = { moved: 1, 'state.merged': 1, 'mail.message': 1 } as const;
  const found = await collection.list({ _id: { $in: [...new Set(ids)] } }, { fields });
  return found.map(({ _id, moved = [], mail, state }) => ({
    _id,
    moved,
    messages: mail.map(({ message }) => message),
    into: state?.merged?.into ?? null,
  }));
}
