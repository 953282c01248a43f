/** What is asked for many enquiries at once: which they are, what is done, and what can be foretold of each. */
import type { Target } from '../flows/state';
import type { Enquiry } from '../store/enquiries';
import type { BulkAsked, BulkCode, BulkUpdate } from '../workflows/messages';
import { ApiError, wrongBody } from './api-error';
import { eldestOf } from './bulk-merge';
import type { Caller } from './caller';
import { filterOf, type WantedList } from './enquiry-filter';
import { enquiryIdOf } from './enquiry-words';
import type { ApiPorts } from './ports';
import { maySeeEnquiry } from './visibility';

/** Acts that may be done to many. */
export const bulkActs = ['close', 'tag', 'transfer', 'snooze', 'spam', 'assign', 'merge'] as const;
/** One of them. */
export type BulkAct = (typeof bulkActs)[number];

/** What the body of a bulk request says; which fields an act needs is looked at here. */
export interface WantedBulk {
  act: BulkAct;
  ids?: string[] | undefined;
  filter?: WantedList | undefined;
  disposition?: string | undefined;
  notify?: boolean | undefined;
  add?: string[] | undefined;
  remove?: string[] | undefined;
  to?: Target | undefined;
  until?: string | undefined;
  agent?: string | undefined;
  confirm?: boolean | undefined;
}

/** Most enquiries of one job. */
export const MOST_OF_BULK = 5000;

/** An enquiry that would be left as it is, and why. */
export interface Foretold {
  enquiry: string;
  number: number | null;
  code: BulkCode;
}

/** The enquiries a request names, as far as the caller may see them; ids he may not see stand as refused. */
export const enquiriesOf = async (
  { store }: Pick<ApiPorts, 'store'>,
  caller: Caller,
  { ids, filter }: Pick<WantedBulk, 'ids' | 'filter'>,
): Promise<{ seen: Enquiry[]; unseen: string[] }> => {
  if ((ids === undefined) === (filter === undefined)) throw wrongBody('/ids', 'give either "ids" or "filter"');
  const named = ids
    ? await Promise.all(ids.map((word) => enquiryIdOf({ store }, caller, word)))
    : (
        await store.enquiries.open.list({ ...(await filterOf({ store }, caller, filter ?? {})), limit: MOST_OF_BULK })
      ).map(({ _id }) => _id);
  const wanted = [...new Set(named)];
  const seen = (await store.enquiries.getMany(wanted)).filter((each) => maySeeEnquiry(caller, each));
  const known = new Set(seen.map(({ _id }) => _id));
  return { seen, unseen: wanted.filter((id) => !known.has(id)) };
};

/** The Update an act stands for, with its fields. Throws `wrong-body` where the request lacks one, and `wrong-role`. */
export const updateOf = (
  caller: Caller,
  wanted: WantedBulk,
  seen: readonly Enquiry[],
): Pick<BulkAsked, 'update' | 'input'> => {
  const { act, disposition, notify = true, add = [], remove = [], to, until, agent } = wanted;
  switch (act) {
    case 'close':
      return { update: 'close', input: { notify, ...(disposition === undefined ? {} : { disposition }) } };
    case 'tag':
      if (add.length + remove.length === 0) throw wrongBody('/add', 'name a tag to add or to remove');
      return { update: 'tag', input: { add, remove } };
    case 'transfer':
      if (!to) throw wrongBody('/to', 'say where they go');
      return { update: 'transfer', input: { to } };
    case 'snooze':
      if (until === undefined) throw wrongBody('/until', 'say until when');
      return { update: 'snooze', input: { until: new Date(until).getTime() } };
    case 'spam':
      return { update: 'spam', input: {} };
    case 'assign':
      if (caller.role === 'agent') throw new ApiError('wrong-role');
      if (agent === undefined) throw wrongBody('/agent', 'say who gets them');
      return { update: 'take', input: { over: true, to: agent } };
    case 'merge': {
      const elder = eldestOf(seen);
      if (!elder) throw wrongBody('/ids', 'name at least two enquiries that can be merged');
      return { update: 'merge', input: { into: elder._id, number: elder.number } };
    }
  }
};

/** Those that would be left as they are, by what is known now; the others may still change until it is their turn. */
export const foretell = (
  caller: Caller,
  { update, input }: Pick<BulkAsked, 'update' | 'input'>,
  { seen, unseen }: { seen: Enquiry[]; unseen: string[] },
): Foretold[] => [
  ...unseen.map((enquiry) => ({ enquiry, number: null, code: 'not-found' as const })),
  ...seen.flatMap((each) => {
    const code = refusalOf(caller, update, input, each);
    return code === null ? [] : [{ enquiry: each._id, number: each.number, code }];
  }),
];

function refusalOf(
  caller: Caller,
  update: BulkUpdate,
  input: BulkAsked['input'],
  { assignee, closedAt, status }: Enquiry,
): BulkCode | null {
  if (update === 'tag' || update === 'merge') return null;
  const others = caller.role === 'agent' && assignee !== caller.id;
  if (update === 'spam') return others && assignee !== null ? 'not-assigned' : null;
  if (closedAt !== null) return 'enquiry-closed';
  if (others || (update === 'snooze' && assignee === null)) return 'not-assigned';
  if (status === 'parked' && (update === 'transfer' || update === 'snooze')) return 'enquiry-parked';
  return update === 'take' && input['to'] === assignee ? 'already-assigned' : null;
}
