import type { Json, SettingValues, WebhookRequest } from '../flow';
import type { EvaluationFacts } from '../state';
import { isPersonalPath } from '../evaluation';
import type { Value } from '../expression';
import { fillPlaces, placeholdersOf, storePlaces } from '../placeholders';

/** What is asked, with its places filled; it holds personal data and never enters history. */
export interface FilledRequest {
  method: WebhookRequest['method'];
  /** Starts with "/"; what was filled in is percent-encoded. */
  path: string;
  query: Record<string, string>;
  /** Absent: without a body. */
  body?: Json;
}

/** A filled request, and the personal texts that stand in it. */
export interface Filled {
  request: FilledRequest;
  personal: string[];
}

/** The paths a request reads that only the store knows, each once. */
export function requestPlaces(request: WebhookRequest, known: Pick<EvaluationFacts, 'personal'> = {}): string[] {
  return [...new Set(textsOf(request).flatMap((text) => storePlaces(text, known)))];
}

/**
 * Fills the places of a request. `read` gives what `requestPlaces` named. Null when what is filled in would climb out of
 * the path ("..").
 */
export function fillRequest(
  request: WebhookRequest,
  known: EvaluationFacts,
  read: (path: string) => Value | undefined,
): Filled | null {
  const path = fillPlaces(request.path, known, read, percentEncoded);
  if (
    decoded(path)
      .split(/[/\\]/)
      .some((step) => step === '.' || step === '..')
  )
    return null;
  const query = Object.fromEntries(
    Object.entries(request.query ?? {}).map(([name, value]) => [name, fillPlaces(value, known, read)]),
  );
  const body =
    request.body === undefined
      ? {}
      : { body: filled(request.body, known.settings, (text) => fillPlaces(text, known, read)) };
  const personal = textsOf(request)
    .flatMap(placeholdersOf)
    .flatMap(({ path: place }) => (isPersonalPath(place, known) ? (read(place) ?? []) : []))
    .flatMap((value) => (typeof value === 'string' && value !== '' ? [value] : []));
  return { request: { method: request.method, path, query, ...body }, personal: [...new Set(personal)] };
}

/** Half a character, as an odd mail may hold it, cannot be encoded: it is written as one that nobody can read. */
const percentEncoded = (words: string): string => encodeURIComponent(words.replace(/\p{Surrogate}/gu, '\uFFFD'));

/** As the other side may read it; an address without "." and ".." says what it seems to say. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function textsOf({ path, query, body }: WebhookRequest): string[] {
  return [path, ...Object.values(query ?? {}), ...(body === undefined ? [] : textsIn(body))];
}

function textsIn(value: Json): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function filled(value: Json, settings: SettingValues, fill: (text: string) => string): Json {
  if (typeof value === 'string') return fill(value);
  if (Array.isArray(value)) return value.map((each) => filled(each, settings, fill));
  if (typeof value !== 'object' || value === null) return value;
  const { setting } = value;
  if (Object.keys(value).length === 1 && typeof setting === 'string') {
    return Object.hasOwn(settings, setting) ? (settings[setting] ?? null) : null;
  }
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, filled(each, settings, fill)]));
}
