import type { Contact } from '../store/contacts';
import type { BriefEnquiry } from '../store/enquiries/looking-back';
import type { Message } from '../store/messages';
import type { Caller } from './caller';
import type { ApiPorts } from './ports';
import { maySeeChannelMail, maySeeEnquiry } from './visibility';

/** One thing that happened with a contact; the place in the timeline is `at`, then `id`. */
export type TimelineEntry = { at: Date; id: string; enquiry: BriefEnquiry | null } & (
  { kind: 'message'; message: string } | { kind: 'opened' | 'closed' }
);

/** Where a page of a timeline ends; what is older is on the next. */
export interface TimelinePlace {
  at: Date;
  id: string;
}

/** A page of a timeline: newest first. */
export interface TimelinePage {
  entries: TimelineEntry[];
  messages: Map<string, Message>;
  next: TimelinePlace | null;
  /** Enquiries of the contact that the caller may not see. */
  hidden: number;
}

/** More enquiries of one contact than this are not looked at; the newest count. */
const MOST_ENQUIRIES = 2_000;

/**
 * Everything with a contact over all channels, by the caller's rights: mails and notes of his enquiries, when these opened
 * and closed, and mails that belong to none.
 */
export async function contactTimeline(
  ports: Pick<ApiPorts, 'store' | 'now'>,
  caller: Caller,
  contact: Contact,
  { before, limit }: { before: TimelinePlace | null; limit: number },
): Promise<TimelinePage> {
  const { store } = ports;
  const all = await enquiriesOf(ports, contact);
  const seen = all.filter((each) => maySeeEnquiry(caller, each));
  const loose = (await store.messages.getMany(contact.mails)).filter(({ channel }) =>
    maySeeChannelMail(caller, channel),
  );
  const entries = [
    ...seen.flatMap(entriesOf),
    ...loose.map(({ _id, at }) => ({ at, id: _id, enquiry: null, kind: 'message' as const, message: _id })),
  ]
    .filter((entry) => before === null || isOlder(entry, before))
    .toSorted((a, b) => (isOlder(a, b) ? 1 : -1));
  const shown = entries.slice(0, limit);
  const wanted = shown.flatMap((entry) => (entry.kind === 'message' ? [entry.message] : []));
  const messages = new Map((await store.messages.getMany(wanted)).map((each) => [each._id, each]));
  const last = shown.at(-1);
  const next = entries.length > limit && last ? { at: last.at, id: last.id } : null;
  return { entries: shown, messages, next, hidden: all.length - seen.length };
}

/** Those the contact remembers; where there may be more, those that were kept when somebody last looked for all. */
async function enquiriesOf({ store, now }: Pick<ApiPorts, 'store' | 'now'>, contact: Contact): Promise<BriefEnquiry[]> {
  if (!contact.hasMore) return store.enquiries.briefs(contact.enquiries);
  const kept = await store.longLists.of(contact);
  if (kept) return store.enquiries.briefs(kept);
  const ids = await store.contacts.links.idsOf(contact._id);
  const found = await store.enquiries.ofContacts(ids, new Date(now().getTime() + 60_000), MOST_ENQUIRIES);
  const some = await store.enquiries.briefs(contact.enquiries);
  const all = [...new Map([...found, ...some].map((each) => [each._id, each])).values()];
  await store.longLists.keep(
    contact,
    all.map(({ _id }) => _id),
  );
  return all;
}

function entriesOf(enquiry: BriefEnquiry): TimelineEntry[] {
  const { _id, openedAt, closedAt, mail } = enquiry;
  return [
    { kind: 'opened', at: openedAt, id: `${_id}:`, enquiry },
    ...mail.map(({ message, at }) => ({ kind: 'message' as const, at, id: message, enquiry, message })),
    ...(closedAt ? [{ kind: 'closed' as const, at: closedAt, id: `${_id}~`, enquiry }] : []),
  ];
}

const isOlder = (one: TimelinePlace, other: TimelinePlace): boolean =>
  one.at.getTime() === other.at.getTime() ? one.id < other.id : one.at < other.at;
