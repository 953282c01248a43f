import { failureWords, valueAt, type Json } from '../flows';
import type { Contact } from '../store/contacts';
import { fullName } from '../store/contacts/whole';
import type { Lookup } from '../store/lookups';
import type { ApiPorts } from './ports';

/** A row of the sidebar. */
export interface LookupRow {
  title: string;
  url: string | null;
  values: { title: string; value: string }[];
}

/** What another system says of a contact; with a problem there are no rows. */
export interface LookedUp {
  rows: LookupRow[];
  problem: string | null;
  /** When the other system was asked. */
  at: Date;
}

/** What is kept in memory, and for how long a failure is not asked again (ms). */
const MOST_KEPT = 1_000;
const FAILURE_MS = 10_000;
const MOST_ROWS = 50;
const LONGEST = 500;
const PLACE = /\{\{\s*([^{}]*?)\s*\}\}/g;

/** Places a lookup may name; of the last two the rest is the name of a field or of another system. */
const places = ['contact.id', 'contact.email', 'contact.emails', 'contact.name', 'contact.account'];
const openPlaces = ['contact.custom.', 'contact.record.'];

/** The places of a text that no contact has. */
export const unknownPlaces = (text: string): string[] =>
  [...text.matchAll(PLACE)]
    .map(([, place = '']) => place)
    .filter((place) => !places.includes(place) && !openPlaces.some((open) => place.startsWith(open)));

/**
 * Asks other systems about contacts. Answers are kept for the lookup's time, whoever asks at the same moment gets the same
 * one, and whatever goes wrong is a sentence, never an error.
 */
export function createLookUp(ports: Pick<ApiPorts, 'store' | 'connections' | 'now'>) {
  const kept = new Map<string, { until: number; answer: Promise<LookedUp> }>();

  return async (lookup: Lookup, contact: Contact): Promise<LookedUp> => {
    const question = questionOf(lookup, contact, await ports.store.accounts.of(contact));
    const key = JSON.stringify([lookup, question]);
    const now = ports.now().getTime();
    const known = kept.get(key);
    if (known && known.until > now) return known.answer;
    const entry = { until: now + lookup.cacheMs, answer: ask(ports, lookup, question) };
    kept.delete(key);
    kept.set(key, entry);
    const [oldest] = kept.keys();
    if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
    const answer = await entry.answer;
    if (answer.problem !== null) entry.until = Math.min(entry.until, ports.now().getTime() + FAILURE_MS);
    // Nothing of a person stays in memory for longer than it is shown.
    const forget = (): void => void (kept.get(key) === entry && kept.delete(key));
    setTimeout(forget, Math.max(0, entry.until - ports.now().getTime())).unref();
    return answer;
  };
}

interface Question {
  path: string;
  query: Record<string, string>;
  /** A place of the path is empty: nothing can be asked. */
  empty: string | null;
}

function questionOf(lookup: Lookup, contact: Contact, account: { _id: string } | null): Question {
  const values = new Map<string, string>([
    ['contact.id', contact._id],
    ['contact.email', contact.addresses[0] ?? ''],
    ['contact.emails', contact.addresses.join(',')],
    ['contact.name', fullName(contact)],
    ['contact.account', account?._id ?? ''],
    ...Object.entries(contact.custom).map(([id, value]) => [`contact.custom.${id}`, String(value)] as const),
    ...contact.records.map(({ system, id }) => [`contact.record.${system}`, id] as const),
  ]);
  const empty = [lookup.path, ...Object.values(lookup.query)]
    .flatMap((text) => [...text.matchAll(PLACE)].map(([, place = '']) => place))
    .find((place) => (values.get(place) ?? '') === '');
  const fill = (text: string, encode: (words: string) => string): string =>
    text.replaceAll(PLACE, (_whole, place: string) => encode((values.get(place) ?? '').replace(/\p{Surrogate}/gu, '')));
  return {
    path: fill(lookup.path, encodeURIComponent),
    query: Object.fromEntries(Object.entries(lookup.query).map(([name, value]) => [name, fill(value, String)])),
    empty: empty ?? null,
  };
}

async function ask(
  ports: Pick<ApiPorts, 'store' | 'connections' | 'now'>,
  lookup: Lookup,
  { path, query, empty }: Question,
): Promise<LookedUp> {
  const at = ports.now();
  const failed = (problem: string): LookedUp => ({ rows: [], problem, at });
  if (empty !== null) return failed(`Nothing was asked: the contact has no ${empty.replace('contact.', '')}.`);
  if (path.split('/').some((step) => step === '.' || step === '..'))
    return failed('What was filled in would leave the path.');
  const connection = await ports.store.connections.get(lookup.connection);
  if (!connection) return failed(`There is no connection "${lookup.connection}" any more; an admin can name another.`);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), lookup.timeoutMs);
  });
  const answered = await Promise.race([ports.connections.ask(connection, { method: 'GET', path, query }), late]);
  clearTimeout(timer);
  if (answered === 'late') return failed(`${connection.title} did not answer within ${lookup.timeoutMs / 1000} s.`);
  if ('failed' in answered) return failed(`${connection.title} could not be asked: ${failureWords(answered.failed)}.`);
  return { rows: rowsOf(lookup, answered.answer), problem: null, at };
}

function rowsOf(lookup: Lookup, answer: Json): LookupRow[] {
  const found = valueAt(answer, lookup.rows);
  const rows = Array.isArray(found) ? found : found === undefined || found === null ? [] : [found];
  return rows.slice(0, MOST_ROWS).map((row) => {
    const url = lookup.rowUrl === null ? '' : words(valueAt(row, lookup.rowUrl), 2_000);
    return {
      title: words(valueAt(row, lookup.rowTitle)),
      // Only what a browser may follow: the other system decides what stands there.
      url: /^https?:\/\/\S+$/.test(url) ? url : null,
      values: lookup.values.map(({ title, pointer }) => ({ title, value: words(valueAt(row, pointer)) })),
    };
  });
}

function words(value: Json | undefined, longest = LONGEST): string {
  if (value === undefined || value === null) return '';
  return (typeof value === 'object' ? JSON.stringify(value) : String(value)).slice(0, longest);
}
