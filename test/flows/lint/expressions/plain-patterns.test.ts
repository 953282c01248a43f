import * as fc from 'fast-check';
import { RE2JS } from 're2js';
import { refusal } from '../../../../flows/lint/expressions/patterns-of';
import { contextOf } from '../../../../flows/lint/context';

/** Pieces that make patterns of every sort: plain ones, which are not compiled, and others. */
const pieces = [
  'a',
  'é',
  ' ',
  '|',
  '(',
  '(?:',
  ')',
  '*',
  '+?',
  '?',
  '.',
  '\\b',
  '\\w',
  '\\.',
  '[a-z]',
  '{2}',
  '^',
  '(?i)',
];

function refusedByRe2(pattern: string): boolean {
  try {
    RE2JS.compile(pattern);
    return false;
  } catch {
    return true;
  }
}

describe('a pattern that is not compiled because it is plain', () => {
  it('is refused exactly when RE2 refuses it', () => {
    const patterns = fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(patterns, (pattern) => {
        const context = contextOf({}, {});
        expect(refusal(context, pattern) !== null).toBe(refusedByRe2(pattern));
      }),
      { numRuns: 3000 },
    );
  });
});
