/** Stands where a person was named. */
const ERASED = '[erased]';

/** Which words name a person: his addresses, and full names of at least two words. */
export interface PersonWords {
  addresses: readonly string[];
  names: readonly string[];
}

/** One pattern for all that names a person, in any case; null when nothing does. */
export function patternOf({ addresses, names }: PersonWords): RegExp | null {
  const full = names.map((name) => name.trim()).filter((name) => /\S\s+\S/.test(name) && name.length >= 5);
  const words = [...new Set([...addresses, ...full])].filter((word) => word !== '');
  if (words.length === 0) return null;
  const longestFirst = words.toSorted((a, b) => b.length - a.length).map(escaped);
  // No word that only ends or begins like his: `bo@x.test` is not `jimbo@x.test`.
  return new RegExp(`(?<![\\p{L}\\p{N}._%+-])(?:${longestFirst.join('|')})(?![\\p{L}\\p{N}])`, 'giu');
}

/** Finds texts that hold one of the addresses; for the database, whose patterns know less. */
export const addressPattern = (addresses: readonly string[]): RegExp =>
  new RegExp(addresses.map(escaped).join('|'), 'i');

/** Finds an address as a mail writes it. */
export const sameAddress = (addresses: readonly string[]): RegExp =>
  new RegExp(`^(?:${addresses.length === 0 ? '(?!)' : addresses.map(escaped).join('|')})$`, 'i');

/** A text without what names the person. */
export const masked = (text: string, pattern: RegExp | null): string =>
  pattern === null ? text : text.replace(pattern, ERASED);

const escaped = (word: string): string => word.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&').replace(/\s+/g, '\\s+');
