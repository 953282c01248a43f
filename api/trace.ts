/** Finds everything that is known of a word: an address, a Message-ID or an enquiry's number. Sentences: trace-story.ts. */
import type { Store } from '../store';
import type { Decision } from '../store/decisions';
import type { Enquiry } from '../store/enquiries';
import type { LedgerEntry } from '../store/ledger';
import type { OutboxEntry } from '../store/outbox';
import type { RefusedMail } from '../store/refused-mails';
import { writtenByAuthor, type WrittenBy } from '../store/written-by';
import type { TraceEntry } from '../flows/state';

/** All that is known of one enquiry, or of one mail that came to none. */
export interface Tale {
  enquiry: Enquiry | null;
  entries: LedgerEntry[];
  timeline: TraceEntry[];
  decisions: Decision[];
  outbox: OutboxEntry[];
  /** Outbox id -> who wrote the mail. */
  writers?: Record<string, WrittenBy>;
  /** Agent id -> name, for those who occur. */
  names: Record<string, string>;
  /** A mail that was refused after it had been sent; then there is nothing else. */
  refused?: RefusedMail;
}

/** What was found, oldest first. */
export interface Trace {
  word: string;
  since: Date;
  until: Date;
  tales: Tale[];
}

/** Narrows a search; `sees` leaves out what the asker may not see. */
export interface TraceQuestion {
  word: string;
  since: Date;
  until: Date;
  sees: (things: { enquiry: string | null; channel: string }[]) => Promise<boolean[]>;
}

const MOST_TALES = 50;

/** Collects the tales of a word. */
export const collectTrace = async (store: Store, question: TraceQuestion): Promise<Trace> => {
  const { since, until } = question;
  const word = question.word.trim();
  const { entries, enquiries } = await find(store, word, since, until);
  const ids = new Set([...enquiries, ...entries.flatMap(({ enquiry }) => (enquiry === null ? [] : [enquiry]))]);
  const found = await store.enquiries.getMany([...ids].slice(0, MOST_TALES));
  const seen = await question.sees(found.map(({ _id: enquiry, channel }) => ({ enquiry, channel })));
  const shown = found.filter((_, index) => seen[index]);
  // By enquiry, not by message: duplicates and refused replies belong to the tale too.
  const theirs = await store.ledger.ofEnquiries(shown.map(({ _id }) => _id));
  const tales = await Promise.all(
    shown.map(async (enquiry) => ({
      ...(await taleOf(store, enquiry)),
      entries: theirs.filter((entry) => entry.enquiry === enquiry._id),
    })),
  );
  const alone = entries.filter(({ enquiry }) => enquiry === null || !found.some(({ _id }) => _id === enquiry));
  const aloneSeen = await question.sees(alone.map(({ channel }) => ({ enquiry: null, channel })));
  for (const entry of alone.filter((_, index) => aloneSeen[index]).slice(-MOST_TALES)) {
    tales.push({ enquiry: null, entries: [entry], timeline: [], decisions: [], outbox: [], names: {} });
  }
  for (const refused of await refusedOf(store, { ...question, word })) {
    tales.push({ enquiry: null, entries: [], timeline: [], decisions: [], outbox: [], names: {}, refused });
  }
  return { word, since, until, tales: tales.toSorted((a, b) => beginOf(a) - beginOf(b)) };
};

/**
 * Seen by who sees one of the channels it was for; by admins, where it was for none. Refused before anybody was named, it
 * is told to whoever asks for its sender: nothing else is known of it.
 */
async function refusedOf(store: Store, question: TraceQuestion): Promise<RefusedMail[]> {
  const found = await store.refusedMails.find(question);
  const channels = found.map((mail) => (mail.channels.length > 0 ? mail.channels : ['']));
  const things = channels.flat().map((channel) => ({ enquiry: null, channel }));
  const seen = await question.sees(things);
  const mayRead = new Set(things.flatMap(({ channel }, index) => (seen[index] ? [channel] : [])));
  return found.filter(({ to }, index) => to.length === 0 || channels[index]?.some((channel) => mayRead.has(channel)));
}

async function find(
  store: Store,
  word: string,
  since: Date,
  until: Date,
): Promise<{ entries: LedgerEntry[]; enquiries: string[] }> {
  const number = /^#?(\d{1,12})$/.exec(word)?.[1];
  if (number !== undefined) {
    const enquiry = await store.enquiries.byNumber(Number(number));
    return { entries: [], enquiries: enquiry ? [enquiry._id] : [] };
  }
  const bare = word.replace(/^<|>$/g, '');
  // In the store every Message-ID stands in its brackets.
  const messageId = `<${bare}>`;
  const isAddress = !word.startsWith('<') && bare.includes('@');
  const [byId, sent, byAddress, contact] = await Promise.all([
    store.ledger.find({ messageId, since, until }),
    store.outbox.byMessageId(messageId),
    isAddress ? store.ledger.find({ address: bare.toLowerCase(), since, until, limit: 500 }) : [],
    isAddress ? store.contacts.byAddress(bare) : null,
  ]);
  const enquiries = [...(contact?.enquiries ?? []), ...(sent?.enquiry ? [sent.enquiry] : [])];
  const within = (await store.enquiries.getMany([...new Set(enquiries)])).filter(
    ({ changedAt, openedAt }) => changedAt >= since && openedAt < until,
  );
  return { entries: unique([...byId, ...byAddress]), enquiries: within.map(({ _id }) => _id) };
}

async function taleOf(store: Store, enquiry: Enquiry): Promise<Omit<Tale, 'entries'>> {
  const [timeline, messages] = await Promise.all([
    store.enquiries.story(enquiry._id),
    store.messages.getMany(enquiry.mail.map(({ message }) => message)),
  ]);
  const outboxIds = [...new Set(messages.flatMap(({ outbox }) => (outbox === null ? [] : [outbox])))];
  const [decisions, outbox] = await Promise.all([
    store.decisions.getMany(decisionIdsOf(timeline)),
    store.outbox.getMany(outboxIds),
  ]);
  const written = messages.flatMap(({ outbox: mail, author, writtenBy = writtenByAuthor(author) }) =>
    mail === null || writtenBy === null ? [] : [[mail, writtenBy] as const],
  );
  const writers = written.flatMap(([, { id, draftedBy }]) => [id, draftedBy]);
  const agents = await store.agents.getMany(agentsIn(timeline, decisions, [enquiry.assignee, ...writers]));
  return {
    enquiry,
    timeline,
    decisions,
    outbox,
    writers: Object.fromEntries(written),
    names: Object.fromEntries(agents.map(({ _id, name }) => [_id, name])),
  };
}

/** Ids of the decisions a story names. */
export const decisionIdsOf = (timeline: readonly TraceEntry[]): string[] => [
  ...new Set(timeline.flatMap(({ detail }) => (typeof detail?.['decision'] === 'string' ? [detail['decision']] : []))),
];

function agentsIn(
  timeline: readonly TraceEntry[],
  decisions: readonly Decision[],
  others: readonly (string | null)[],
): string[] {
  const told = timeline.flatMap(({ by, detail }) => [by, detail?.['agent'], detail?.['agents']].flat());
  const chosen = decisions.flatMap(({ candidates }) => candidates.map(({ agent }) => agent));
  const all = [...told, ...chosen, ...others].filter((each) => typeof each === 'string');
  return [...new Set(all)];
}

function unique(entries: readonly LedgerEntry[]): LedgerEntry[] {
  return [...new Map(entries.map((entry) => [entry._id, entry])).values()];
}

function beginOf(tale: Tale): number {
  return Math.min(
    ...[...tale.entries.map(({ receivedAt }) => receivedAt), tale.enquiry?.openedAt, tale.refused?.at].map(
      (at) => at?.getTime() ?? Infinity,
    ),
  );
}
