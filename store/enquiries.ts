import type { FlowDefaults } from '../flows/defaults';
import type { SettingValues, WaitEvent } from '../flows/flow';
import type { Missed } from '../flows/missed';
import type { ActOutcome, Attention, EnquiryState, EnquiryStatus, SlaStanding, TraceEntry } from '../flows/state';
import { Nested, openCollection, type Definition, type Stored } from './database/collection';
import { lookingBack } from './enquiries/looking-back';
import { joining, type AbsorbedEnquiry, type MovedMessage } from './enquiries/joining';
import { marking } from './enquiries/marking';
import { recording } from './enquiries/recording';
import { createClosedEnquiries } from './closed-enquiries';
import { createOpenEnquiries, type OpenEnquiry, type OpenEnquiryPorts } from './open-enquiries';
import { createStories } from './stories';

/** A message of an enquiry, in the order they came. */
export interface MailReference {
  message: string;
  at: Date;
  direction: 'in' | 'out' | 'note';
  /** Side thread it belongs to, which the contact never sees; absent: the contact's own. */
  side?: string;
  /** Enquiry it came with, or through, that was merged into this one; absent: it came to this one. */
  of?: string;
  /** It came with that one, whose run had taken it: the run of this one takes it no more. */
  before?: true;
}

/** What the enquiry rests on, for lists. */
export interface RestSummary {
  what: string;
  until: Date | null;
}

/** The flow an enquiry is pinned to. */
export interface PinnedFlow {
  id: string;
  revision: number;
  sha256: string;
  settings: SettingValues;
  /** What holds where the flow says nothing; absent: as in a new installation. */
  defaults?: FlowDefaults;
}

/** No automatic mail of the enquiry leaves any more: who said so, and why. */
export interface MailStop {
  by: string;
  at: Date;
  reason: string;
}

/** One piece of work; `_id` is derived from the ledger id of the mail that started it, in [a-z0-9-]. */
export interface Enquiry extends Stored {
  number: number;
  channel: string;
  flow: PinnedFlow;
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
  disposition: string | null;
  /** A mail of ours that did not arrive and nobody has looked after; absent in documents of before this was kept. */
  attention?: Attention | null;
  /** Nobody took it, or somebody did only later; absent in documents of before this was kept. */
  missed?: Missed | null;
  /** How it stands to the times agreed on; null: none is owed. Absent in documents of before this was kept. */
  sla?: SlaStanding | null;
  /** Set while its automatic mail is stopped. */
  mailStopped?: MailStop | null;
  /** `seq` of the last record; 0 before the first. */
  seq: number;
  /** State of the flow, or null before the first record. */
  state: EnquiryState | null;
  /** What a run hands to the next beside the state: outcomes of the last acts by their key, mails taken. */
  memory: RunMemory | null;
  rest: RestSummary | null;
  mail: MailReference[];
  /** Enquiries it is linked with. */
  links: string[];
  /** Other channels that answers left from: mail of its thread may come there; absent: none. */
  answeredFrom?: string[];
  /** Outbox ids of answers that are to leave later; some may have left. */
  scheduled?: string[];
  /** The last 200 entries of the story; the whole is `story(id)`. */
  timeline: TraceEntry[];
  timelineLength: number;
  run: { workflowId: string; runId: string } | null;
  /** The agent who opened it by writing first. */
  writtenBy?: string | null;
  /** The enquiry its first message was split off. */
  splitFrom?: string | null;
  /** Enquiries that were merged into it; absent: none. */
  absorbed?: AbsorbedEnquiry[];
  /** Messages that went elsewhere; absent: none. */
  moved?: MovedMessage[];
  /** Ledger id (or act) that opened it. */
  by: string;
  openedAt: Date;
  changedAt: Date;
  closedAt: Date | null;
  ending: string | null;
}

/** What a run remembers beside the state of its flow. */
export interface RunMemory {
  /** Outcomes of the last 50 acts by their key. */
  acts: [string, ActOutcome][];
  /** Message ids already taken, newest last. */
  seen: string[];
}

/** An enquiry as it is opened; the rest starts empty. */
export type OpeningEnquiry = Pick<
  Enquiry,
  | '_id'
  | 'number'
  | 'channel'
  | 'flow'
  | 'contact'
  | 'subject'
  | 'mail'
  | 'links'
  | 'by'
  | 'openedAt'
  | 'writtenBy'
  | 'splitFrom'
>;

/** An enquiry without its story. */
export type LoadedEnquiry = Omit<Enquiry, 'timeline'>;

/** One commit of a run at the end of a burst. */
export interface EnquiryRecord {
  id: string;
  seq: number;
  /** `seq` the run went on from; when another run recorded since, nothing is changed. Absent: any earlier one will do. */
  base?: number;
  state: EnquiryState;
  memory: RunMemory;
  rest: RestSummary | null;
  /** How it stands to the times agreed on. */
  sla?: SlaStanding | null;
  timeline: TraceEntry[];
  run: { workflowId: string; runId: string } | null;
  /** The revision it goes on with from now on. */
  flow?: PinnedFlow;
  now: Date;
}

/** How the collection is made. */
export const enquiries: Definition<Enquiry> = {
  name: 'enquiries',
  fields: {
    number: Number,
    channel: String,
    flow: Nested,
    contact: String,
    subject: String,
    status: String,
    awaiting: String,
    assignee: String,
    group: String,
    ringing: [String],
    tags: [String],
    priority: Number,
    disposition: String,
    attention: Nested,
    missed: Nested,
    sla: String,
    mailStopped: Nested,
    seq: Number,
    state: Nested,
    memory: Nested,
    rest: Nested,
    mail: [Nested],
    links: [String],
    answeredFrom: Nested,
    scheduled: Nested,
    timeline: [Nested],
    timelineLength: Number,
    run: Nested,
    writtenBy: String,
    splitFrom: String,
    absorbed: Nested,
    moved: Nested,
    by: String,
    openedAt: Date,
    changedAt: Date,
    closedAt: Date,
    ending: String,
  },
  indexes: [{ fields: { contact: 1, openedAt: -1 } }],
};

/** Enquiries; lists read the small projections of `open`. */
export function createEnquiries(ports: OpenEnquiryPorts) {
  const collection = openCollection(enquiries, ports);
  const open = createOpenEnquiries(ports);
  const closed = createClosedEnquiries(ports);
  const stories = createStories(ports);
  return {
    open,
    get: collection.get,
    getMany: collection.getMany,
    ...recording({ collection, open, closed, stories }),
    ...joining({ collection }),
    ...marking({ collection, open, stories }),
    ...lookingBack({ collection, open, closed }),
    /** What `load` needs: the state, the pinned flow and the messages, without the timeline. */
    async load(id: string): Promise<LoadedEnquiry | null> {
      const found = await collection.get(id);
      if (!found) return null;
      const { timeline: _, ...loaded } = found;
      return loaded;
    },

    /**
     * Opens an enquiry unless it is open already; `made` when this call, or an earlier run of it, did. It is listed at
     * once; `later`: by its first record, or by `ensureListed`, which the caller sees to.
     */
    async create(opening: OpeningEnquiry, { later = false } = {}): Promise<{ enquiry: Enquiry; made: boolean }> {
      const fresh = newEnquiry(opening);
      const inserted = await collection.insert('create', fresh);
      const enquiry = inserted ? fresh : ((await collection.get(opening._id)) ?? fresh);
      if (later && inserted) open.expect(enquiry._id);
      if (enquiry.closedAt === null && !later) await open.make(enquiry);
      return { enquiry, made: enquiry.by === opening.by };
    },

    /** Sees to it that these are in the lists unless they have closed; what this process has recorded costs nothing. */
    async ensureListed(ids: readonly string[]): Promise<void> {
      await open.written(ids);
      for (const enquiry of await collection.getMany(open.unlisted(ids))) {
        if (enquiry.closedAt === null) await open.make(enquiry);
      }
    },

    /** Adds a message once; nothing when the enquiry has it already, or is unknown. */
    addMail: (id: string, mail: MailReference): Promise<void> =>
      collection.amend('addMail', { _id: id, 'mail.message': { $ne: mail.message } }, { $push: { mail } }),

    /** Links two enquiries, each with the other. */
    async link(one: string, other: string): Promise<void> {
      await collection.updateEach('link', [
        { filter: { _id: one }, update: { $addToSet: { links: other } } },
        { filter: { _id: other }, update: { $addToSet: { links: one } } },
      ]);
    },

    /** Open enquiries that did not change since; reconcile asks Temporal for them. Closed ones leave the lists. */
    async unchangedSince(before: Date, limit = 200): Promise<OpenEnquiry[]> {
      const found = await open.unchangedSince(before, limit);
      const closed = (await collection.getMany(found.map((one) => one._id))).filter((one) => one.closedAt !== null);
      closed.filter((one) => !one.attention).forEach(open.leave);
      return found.filter((one) => !closed.some((other) => other._id === one._id));
    },

    /** Of these ids, those whose flow waits for this event now. */
    async heeding(ids: readonly string[], event: WaitEvent): Promise<string[]> {
      const found = await collection.getMany(ids);
      return found.flatMap(({ _id, state }) =>
        state?.rest?.kind === 'wait' && state.rest.for.includes(event) ? [_id] : [],
      );
    },

    /** Of these ids, those that are closed (slots to release). */
    async closedAmong(ids: readonly string[]): Promise<string[]> {
      return (await collection.getMany(ids)).filter((one) => one.closedAt !== null).map((one) => one._id);
    },
  };
}

/** Operations on enquiries. */
export type Enquiries = ReturnType<typeof createEnquiries>;

function newEnquiry(opening: OpeningEnquiry): Enquiry {
  return {
    ...opening,
    status: 'waiting',
    awaiting: 'agent',
    assignee: null,
    group: null,
    ringing: [],
    tags: [],
    priority: 0,
    disposition: null,
    attention: null,
    missed: null,
    seq: 0,
    state: null,
    memory: null,
    rest: null,
    timeline: [],
    timelineLength: 0,
    run: null,
    changedAt: opening.openedAt,
    closedAt: null,
    ending: null,
    v: 1,
  };
}
