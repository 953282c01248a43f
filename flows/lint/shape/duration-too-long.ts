import { durationMs, durationWords, LONGEST_MS } from '../../duration';
import type { Rule } from '../context';
import { LONGEST_CALL_MS, LONGEST_PAUSE_MS } from '../../kinds/webhook';
import { durationsOf, type DurationPlace } from '../durations';
import { nameThe } from '../name-the';

/** E402: a duration beyond a year, or beyond what a webhook may take, for which the course stands still. */
export const durationTooLong: Rule = {
  code: 'E402',
  title: 'A duration that is too long',
  *check(context) {
    for (const place of durationsOf(context)) {
      const { pointer, value } = place;
      const ms = typeof value === 'string' ? durationMs(value) : null;
      const longest = longestAt(place);
      if (ms === null || ms <= longest) continue;
      const limit = longest === LONGEST_MS ? 'the longest duration' : 'the longest here';
      yield { pointer, message: `${nameThe(pointer)} is ${durationWords(ms)}; ${limit} is ${durationWords(longest)}.` };
    }
  },
};

function longestAt({ kind, pointer }: DurationPlace): number {
  if (kind !== 'webhook') return LONGEST_MS;
  return pointer.endsWith('/interval') ? LONGEST_PAUSE_MS : LONGEST_CALL_MS;
}
