/** Shapes that several resources use. */
import { wrongBody } from '../api-error';
import { described, either, list, object, text, type Schema } from '../http/schema';

const SLUG = '^[a-z0-9]+(-[a-z0-9]+)*$';
const LONGEST_SLUG = 50;

/** Lower-case words joined by "-", as in flows. */
export const slug = (description: string): Schema<string> =>
  text({ min: 1, max: LONGEST_SLUG, pattern: SLUG, description, example: 'day-desk' });

/** Whether a word is a slug, where no schema looks at it. */
export const isSlug = (word: string): boolean => word.length <= LONGEST_SLUG && new RegExp(SLUG).test(word);

/** Throws `wrong-body` when an id in a path, by which something is made, is no slug. */
export const mustBeSlug = (id: string): void => {
  if (isSlug(id)) return;
  throw wrongBody('id', 'in the address must be lower-case words joined by "-", at most 50 characters');
};

const ADDRESS = '^[^\\s<>,;:"()[\\]\\\\@]{1,64}@[^\\s<>,;:"()\\\\@]{1,255}$';
const addressPattern = new RegExp(ADDRESS);
const LONGEST_ADDRESS = 254;

/** One plain email address. */
export const address = (description: string): Schema<string> =>
  text({ min: 3, max: LONGEST_ADDRESS, pattern: ADDRESS, description, example: 'ann@example.com' });

/** Whether a text is one plain email address, where no schema looks at it. */
export const isAddress = (text: string): boolean => addressPattern.test(text) && text.length <= LONGEST_ADDRESS;

/** A line of text that may be empty; goes into a header or a command, so it holds no line break. */
export const headerLine = (max: number, description?: string): Schema<string> =>
  text({ max, pattern: '^[^\\r\\n\\u0000]*$', ...(description ? { description } : {}) });

/** One line of text. */
export const line = (max: number, description?: string): Schema<string> =>
  text({ min: 1, max, pattern: '^[^\\r\\n\\u0000]*$', ...(description ? { description } : {}) });

/** What is written for colleagues. */
export const noteText = text({ min: 1, max: 20_000, description: 'For colleagues only.' });

/** Tags of an enquiry. */
export const tagList = list(text({ min: 1, max: 50, pattern: '^[^\\s,]+( [^\\s,]+)*$' }), { max: 50 });

/** Where a transfer goes. */
export const transferTarget = either(
  object({ group: slug('Id of the group.') }),
  object({ agent: text({ min: 1, max: 100 }) }),
  object({ tag: text({ min: 1, max: 50, description: 'Goes to the group an admin gave this tag.' }) }),
);

/** Id of a thing the server made. */
export const id = (description: string): Schema<string> => described(description, text({ min: 1, max: 1000 }));

/** A moment of the store as it is written to the wire. */
export const iso = (at: Date): string => at.toISOString();

/** As `iso`; null stays null. */
export const isoOrNull = (at: Date | null): string | null => (at ? at.toISOString() : null);

/** As `iso`, from milliseconds since the epoch. */
export const isoOf = (ms: number): string => new Date(ms).toISOString();
