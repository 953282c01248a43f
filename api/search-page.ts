import type { BriefEnquiry } from '../store/enquiries/looking-back';
import type { Message } from '../store/messages';
import { tokensOf, type SearchHit, type SearchPlace } from '../store/search';
import { termsOf } from '../store/search/fold';
import type { Caller } from './caller';
import { seenContacts, type SeenContact } from './contact-sight';
import { enquiryNumbered } from './enquiry-words';
import type { ApiPorts } from './ports';
import { maySeeChannelMail, maySeeEnquiry, sightOf } from './visibility';

/** Something that was found: an enquiry, or a mail that belongs to none. */
export interface Found {
  at: Date;
  enquiry: BriefEnquiry | null;
  message: Message | null;
  /** Words around the first that fits. */
  excerpt: string | null;
}

/** A page of what was found. */
export interface FoundPage {
  items: Found[];
  contacts: SeenContact[];
  next: SearchPlace | null;
}

type SearchPorts = Pick<ApiPorts, 'store' | 'search'>;

const MOST_CONTACTS = 10;
const CONTACTS_LOOKED_AT = 200;
const MAILS_LOOKED_AT = 20;
const LOOKED_THROUGH = 5_000;

/** One page of what fits the query and the caller may see, newest first; contacts only on the first page. */
export async function searchPage(
  ports: SearchPorts,
  caller: Caller,
  { query, before, limit }: { query: string; before: SearchPlace | null; limit: number },
): Promise<FoundPage> {
  const { store, search } = ports;
  const sight = sightOf(caller);
  const hits = await search.find({ query, kinds: ['enquiry', 'message'], sight, before, limit: limit + 1 });
  const page = hits.slice(0, limit);
  const last = page.at(-1);
  // The index may be a moment behind: what it said of rights is asked again.
  const items = await shownOf(ports, caller, page, query);
  const exact = before === null ? await enquiryNumbered(ports, caller, query.trim()) : null;
  const others = items.filter(({ enquiry }) => !exact || enquiry?._id !== exact._id);
  const first = exact ? await shownOf(ports, caller, [{ id: exact._id, kind: 'enquiry', at: 0 }], query) : [];
  const contacts = before === null ? await contactsFor({ store, search }, caller, query) : [];
  return {
    items: [...first, ...others],
    contacts,
    next: hits.length > limit && last ? { at: last.at, id: last.id } : null,
  };
}

async function contactsFor({ store, search }: SearchPorts, caller: Caller, query: string): Promise<SeenContact[]> {
  const asked = { query, kinds: ['contact' as const], sight: null, before: null, limit: CONTACTS_LOOKED_AT };
  const hits = await search.find(asked);
  const contacts = await store.contacts.getMany(hits.map(({ id }) => id));
  return (await seenContacts({ store }, caller, contacts)).slice(0, MOST_CONTACTS);
}

async function shownOf(
  { store }: SearchPorts,
  caller: Caller,
  hits: readonly SearchHit[],
  query: string,
): Promise<Found[]> {
  const wanted = termsOf(query).flatMap(({ tokens }) => tokens);
  const ids = (kind: string): string[] => hits.flatMap((hit) => (hit.kind === kind ? [hit.id] : []));
  const briefs = new Map((await store.enquiries.briefs(ids('enquiry'))).map((each) => [each._id, each]));
  const mails = (each: BriefEnquiry): string[] => each.mail.slice(-MAILS_LOOKED_AT).map(({ message }) => message);
  const named = [...ids('message'), ...[...briefs.values()].flatMap(mails)];
  const messages = new Map((await store.messages.getMany(named)).map((each) => [each._id, each]));
  return hits.flatMap((hit): Found[] => {
    const enquiry = briefs.get(hit.id) ?? null;
    if (enquiry) {
      if (!maySeeEnquiry(caller, enquiry)) return [];
      const its = mails(enquiry).flatMap((id) => messages.get(id) ?? []);
      const at = new Date(Math.max(enquiry.openedAt.getTime(), ...enquiry.mail.map((each) => each.at.getTime())));
      return [{ at, enquiry, message: null, excerpt: excerptOf(its.toReversed(), wanted) }];
    }
    const message = messages.get(hit.id);
    if (!message || message.enquiry !== null || !maySeeChannelMail(caller, message.channel)) return [];
    return [{ at: message.at, enquiry: null, message, excerpt: excerptOf([message], wanted) }];
  });
}

/** The words around the first one that fits; null when it stands elsewhere than in a text. */
function excerptOf(messages: readonly Message[], wanted: readonly string[]): string | null {
  for (const { newText, text } of messages) {
    const looked = (newText || text).slice(0, LOOKED_THROUGH);
    for (const { 0: word, index } of looked.matchAll(/\S+/g)) {
      if (!tokensOf(word).some((token) => wanted.some((each) => token.startsWith(each)))) continue;
      return looked
        .slice(Math.max(0, index - 60), index + 140)
        .replaceAll(/\s+/g, ' ')
        .trim();
    }
  }
  return null;
}
