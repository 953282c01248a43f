import { durationMs } from '../../duration';
import type { Rule } from '../context';
import { durationsOf } from '../durations';
import { nameThe } from '../name-the';

/** W403: a wait so short that nobody can do anything meanwhile. */
export const shortWait: Rule = {
  code: 'W403',
  title: 'A wait under 10 seconds',
  *check(context) {
    for (const { pointer, value, kind } of durationsOf(context)) {
      const ms = kind === 'wait' && typeof value === 'string' ? durationMs(value) : null;
      if (ms === null || ms >= 10_000) continue;
      yield { pointer, message: `${nameThe(pointer)} is under 10 seconds: nobody can do anything meanwhile.` };
    }
  },
};
