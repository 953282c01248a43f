import type { EvaluationFacts } from './state';
import { isInStore, readRunFact } from './evaluation';
import type { Value } from './expression';

/** One `{{ path }}` of a text, or `{{ path | words for an empty value }}`. */
export interface Placeholder {
  path: string;
  otherwise: string;
}

/** Kinds of nodes with texts that are filled in, and the property they stand in. */
export const TEXTS: ReadonlyMap<string, string> = new Map([
  ['note', 'text'],
  ['notify', 'text'],
  ['transfer', 'note'],
  ['webhook', 'request'],
]);

const PLACE = /\{\{([^{}]*)\}\}/g;

/** The places of a text that are filled in when the flow runs, in their order. */
export function placeholdersOf(text: string): Placeholder[] {
  return [...text.matchAll(PLACE)].map(([, inside = '']) => readPlace(inside));
}

/** The paths a text reads that only the store knows; what is personal is among them. */
export function storePlaces(text: string, known: Pick<EvaluationFacts, 'personal'> = {}): string[] {
  const paths = placeholdersOf(text).map(({ path }) => path);
  return [...new Set(paths)].filter((path) => isInStore(path, known));
}

/**
 * The text with its places filled: from what the run knows, else by `read` (what `storePlaces` named). What is empty or
 * cannot be read gives the words behind the bar, or nothing. `encode` writes them as the place they stand in wants.
 */
export function fillPlaces(
  text: string,
  known: EvaluationFacts,
  read: (path: string) => Value | undefined,
  encode: (words: string) => string = (words) => words,
): string {
  return text.replaceAll(PLACE, (_whole, inside: string) => {
    const { path, otherwise } = readPlace(inside);
    const value = readRunFact(known, path) ?? read(path) ?? null;
    const words = Array.isArray(value) ? value.join(', ') : value === null ? '' : String(value);
    return encode(words === '' ? otherwise : words);
  });
}

function readPlace(inside: string): Placeholder {
  const [path = '', ...otherwise] = inside.split('|').map((part) => part.trim());
  return { path, otherwise: otherwise.join(' | ') };
}
