import type { Attention, EnquiryStatus } from '../flows/state';
import {
  Nested,
  openCollection,
  type CollectionPorts,
  type Definition,
  type Query,
  type Stored,
} from './database/collection';
import { createLeaving } from './database/leaving';
import type { Enquiry, MailStop, RestSummary } from './enquiries';
import { visibleToQuery, type SightOf } from './enquiries/visible-to';

/** What lists show of an enquiry that is not closed, or needs attention though it is; `_id` is the enquiry's id. */
export interface OpenEnquiry extends Stored {
  number: number;
  channel: string;
  contact: string | null;
  subject: string;
  status: EnquiryStatus;
  awaiting: 'agent' | 'contact';
  assignee: string | null;
  group: string | null;
  /** Agents it rings at now. */
  ringing: string[];
  tags: string[];
  priority: number;
  /** A mail of ours that did not arrive and nobody has looked after. */
  attention?: Attention | null;
  /** Set while its automatic mail is stopped. */
  mailStopped?: MailStop | null;
  /** Flow and revision it runs; absent in documents of before this was kept. */
  flow?: string;
  revision?: number;
  seq: number;
  rest: RestSummary | null;
  openedAt: Date;
  changedAt: Date;
}

/** Narrows a list; all given must fit. */
export interface OpenEnquiryFilter {
  /** All that are not closed, when absent. */
  status?: EnquiryStatus[];
  /** Only those that need attention. */
  attention?: boolean;
  assignee?: string | null;
  group?: string;
  channel?: string;
  flow?: string;
  revision?: number;
  contact?: string;
  number?: number;
  tag?: string;
  /** Only what this person may see. */
  visibleTo?: SightOf;
  limit?: number;
  skip?: number;
}

/** How the collection is made. */
export const openEnquiries: Definition<OpenEnquiry> = {
  name: 'openEnquiries',
  fields: {
    number: Number,
    channel: String,
    contact: String,
    subject: String,
    status: String,
    awaiting: String,
    assignee: String,
    group: String,
    ringing: [String],
    tags: [String],
    priority: Number,
    attention: Nested,
    mailStopped: Nested,
    flow: String,
    revision: Number,
    seq: Number,
    rest: Nested,
    openedAt: Date,
    changedAt: Date,
  },
};

const mostRemembered = 5_000;

/** One small projection per enquiry that is open or needs attention, written by `enquiries` only. */
export function createOpenEnquiries(ports: CollectionPorts) {
  const collection = openCollection(openEnquiries, ports);
  const leaving = createLeaving(async (leavers) => {
    // What was reopened meanwhile has a later seq and stays.
    await collection.removeEach(
      'leave',
      [...leavers].map(([_id, seq]) => ({ _id, seq: { $lte: seq } })),
    );
  }, 200);

  function filterOf(filter: OpenEnquiryFilter): Query {
    const { status, attention = false, tag, visibleTo, limit: _limit, skip: _skip, ...same } = filter;
    const query: Query = { ...same, status: status ? { $in: status } : { $ne: 'closed' } };
    if (attention) query['attention'] = { $ne: null };
    if (tag !== undefined) query['tags'] = tag;
    return visibleTo ? { ...query, ...visibleToQuery(visibleTo) } : query;
  }

  // What this process has listed itself need not be looked for again; whatever is forgotten here is only looked for once more.
  const listed = new Set<string>();
  function isListed(id: string): void {
    listed.add(id);
    const [oldest] = listed;
    if (listed.size > mostRemembered && oldest !== undefined) listed.delete(oldest);
  }

  return {
    get: collection.get,
    /** Makes the projection of an enquiry that was opened. */
    async make(enquiry: Enquiry): Promise<void> {
      await collection.insert('make', projectionOf(enquiry));
      isListed(enquiry._id);
    },
    /** Brings the projection to what was recorded; an older record changes nothing. */
    async follow(enquiry: Enquiry): Promise<void> {
      await collection.keepNewest('follow', projectionOf(enquiry));
      isListed(enquiry._id);
    },
    /** The enquiry closed; it leaves the lists within a moment. */
    leave(enquiry: Pick<Enquiry, '_id' | 'seq'>): void {
      leaving.add(enquiry._id, enquiry.seq);
      isListed(enquiry._id);
    },
    /** Of these ids, those that this process does not know to be listed, or closed since. */
    unlisted: (ids: readonly string[]): string[] => ids.filter((id) => !listed.has(id)),
    /** Removes now what has closed. */
    flush: leaving.flush,
    /** Open enquiries that fit: priority first, then oldest. */
    async list(filter: OpenEnquiryFilter = {}): Promise<OpenEnquiry[]> {
      await leaving.flush();
      const { limit = 200, skip = 0 } = filter;
      return collection.list(filterOf(filter), { sort: { priority: -1, openedAt: 1 }, limit, skip });
    },
    /** How many fit. */
    async count(filter: OpenEnquiryFilter = {}): Promise<number> {
      await leaving.flush();
      return collection.count(filterOf(filter));
    },
    /** How many run on each revision of a flow, newest first; adds up, for settings pages. */
    byRevision: async (flow: string): Promise<{ revision: number; open: number }[]> => {
      await leaving.flush();
      return revisionsOf(await collection.totals({ flow, status: { $ne: 'closed' } }, 'revision', { open: 1 }));
    },
    /** Stops automatic mail, or lets it go again (null). */
    stopMail: (id: string, mailStopped: MailStop | null): Promise<boolean> =>
      collection.update('stopMail', { _id: id }, { $set: { mailStopped } }),
    /** Those that did not change since, longest first. */
    unchangedSince: (before: Date, limit: number): Promise<OpenEnquiry[]> =>
      collection.list({ changedAt: { $lt: before }, status: { $ne: 'closed' } }, { sort: { changedAt: 1 }, limit }),
    /** Says that somebody looked after it, so that reconcile asks again only after a while. */
    lookedAt: (id: string, now: Date): Promise<boolean> =>
      collection.update('lookedAt', { _id: id }, { $max: { changedAt: now } }),
  };
}

function revisionsOf(rows: Record<string, unknown>[]): { revision: number; open: number }[] {
  const counts = rows.map((row) => ({ revision: Number(row['_id']), open: Number(row['open']) }));
  return counts.toSorted((a, b) => b.revision - a.revision);
}

/** Operations on the projections of open enquiries. */
export type OpenEnquiries = ReturnType<typeof createOpenEnquiries>;

function projectionOf(enquiry: Enquiry): OpenEnquiry {
  const { _id, number, channel, contact, subject, status, awaiting, assignee, group, ringing } = enquiry;
  const { tags, priority, attention = null, mailStopped, seq, rest, openedAt, changedAt } = enquiry;
  const who = { _id, number, channel, contact, subject, status, awaiting, assignee, group, ringing };
  const { id: flow, revision } = enquiry.flow;
  // A record that overtakes the mark must not take it away: only `stopMail` does.
  const stop = mailStopped ? { mailStopped } : {};
  return { ...who, tags, priority, attention, ...stop, flow, revision, seq, rest, openedAt, changedAt, v: 1 };
}
