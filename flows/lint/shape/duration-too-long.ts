import { durationMs, durationWords, LONGEST_MS } from '../../duration';
import type { Rule } from '../context';
import { durationsOf } from '../durations';
import { nameThe } from '../name-the';

/** E402: a duration beyond a year. */
export const durationTooLong: Rule = {
  code: 'E402',
  title: 'A duration that is too long',
  *check(context) {
    for (const { pointer, value } of durationsOf(context)) {
      const ms = typeof value === 'string' ? durationMs(value) : null;
      if (ms === null || ms <= LONGEST_MS) continue;
      yield {
        pointer,
        message: `${nameThe(pointer)} is ${durationWords(ms)}; the longest duration is ${durationWords(LONGEST_MS)}.`,
      };
    }
  },
};
