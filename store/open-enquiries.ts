import type { Missed } from '../flows/missed';
import type { Attention, EnquiryStatus, SlaStanding } from '../flows/state';
import { after } from './database/afterwards';
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
import { createListing } from './enquiries/listing';
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
  /** Nobody took it, or somebody did only later. */
  missed?: Missed | null;
  /** How it stands to the times agreed on; null: none is owed. */
  sla?: SlaStanding | null;
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
  /** Ids of one contact: enquiries keep that of the address they came from. */
  contacts?: string[];
  number?: number;
  tag?: string;
  sla?: SlaStanding[];
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
    missed: Nested,
    sla: String,
    mailStopped: Nested,
    flow: String,
    revision: Number,
    seq: Number,
    rest: Nested,
    openedAt: Date,
    changedAt: Date,
  },
};

/** What keeps projections; `alone`: see `StorePorts.alone`. */
export type OpenEnquiryPorts = CollectionPorts & { alone: boolean };

/** One small projection per enquiry that is open or needs attention, written by `enquiries` only. */
export function createOpenEnquiries(ports: OpenEnquiryPorts) {
  const stored = openCollection(openEnquiries, ports);
  const listing = createListing(stored, ports.alone);
  const collection = after(listing.flush, stored);
  const leaving = createLeaving(async (leavers) => {
    // What was reopened meanwhile has a later seq and stays.
    await collection.removeEach(
      'leave',
      [...leavers].map(([_id, seq]) => ({ _id, seq: { $lte: seq } })),
    );
  }, 200);

  return {
    get: collection.get,
    expect: listing.expect,
    written: listing.written,
    unlisted: listing.unlisted,
    /** Makes the projection of an enquiry that was opened. */
    async make(enquiry: Enquiry): Promise<void> {
      await collection.insert('make', projectionOf(enquiry));
      listing.isListed(enquiry._id);
    },
    /** Brings the projection to what was recorded; an older record changes nothing. Of an expected one a moment later. */
    async follow(enquiry: Enquiry): Promise<void> {
      await listing.follow(projectionOf(enquiry));
    },
    /** The enquiry closed; it leaves the lists within a moment. */
    leave(enquiry: Pick<Enquiry, '_id' | 'seq'>): void {
      leaving.add(enquiry._id, enquiry.seq);
      listing.isListed(enquiry._id);
    },
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
    /** Ids and `seq` of those that changed since; in no order. */
    changedSince: (since: Date): Promise<Pick<OpenEnquiry, '_id' | 'seq'>[]> =>
      collection.list({ changedAt: { $gte: since } }, { fields: { seq: 1 } }),
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
  const {
    tags,
    priority,
    attention = null,
    missed = null,
    sla = null,
    mailStopped,
    seq,
    rest,
    openedAt,
    changedAt,
  } = enquiry;
  const who = { _id, number, channel, contact, subject, status, awaiting, assignee, group, ringing };
  const { id: flow, revision } = enquiry.flow;
  // A record that overtakes the mark must not take it away: only `stopMail` does.
  const stop = mailStopped ? { mailStopped } : {};
  return {
    ...who,
    tags,
    priority,
    attention,
    missed,
    sla,
    ...stop,
    flow,
    revision,
    seq,
    rest,
    openedAt,
    changedAt,
    v: 1,
  };
}

function filterOf(filter: OpenEnquiryFilter): Query {
  const { status, attention = false, tag, sla, contacts, visibleTo, limit: _limit, skip: _skip, ...same } = filter;
  const query: Query = { ...same, status: status ? { $in: status } : { $ne: 'closed' } };
  if (attention) query['attention'] = { $ne: null };
  if (tag !== undefined) query['tags'] = tag;
  if (contacts !== undefined) query['contact'] = { $in: contacts };
  if (sla !== undefined) query['sla'] = { $in: sla };
  return visibleTo ? { ...query, ...visibleToQuery(visibleTo) } : query;
}
