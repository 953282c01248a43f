import { durationMs } from '../../duration';
import { isObject, type Rule } from '../context';
import { durationsOf } from '../durations';
import { nameThe } from '../name-the';

/** E401: a duration that cannot be read. */
export const notADuration: Rule = {
  code: 'E401',
  title: 'Not a duration',
  *check(context) {
    for (const { pointer, value } of durationsOf(context)) {
      // What is wrong with a setting that is named there, E103 and E110 tell.
      if (isObject(value) && 'setting' in value) continue;
      if (typeof value === 'string' && durationMs(value) !== null) continue;
      // A name in its braces that E103 tells of.
      const misnamed = context.faults.some(
        ({ keyword, instancePath }) => keyword === 'additionalProperties' && instancePath === pointer,
      );
      if (misnamed) continue;
      const bare = typeof value === 'number' || (typeof value === 'string' && /^\d+$/.test(value));
      yield {
        pointer,
        message: `${nameThe(pointer)} is no duration: ${JSON.stringify(value)}. Write a whole number with a unit, such as "60s", "15m", "8h" or "3d".`,
        ...(bare ? { suggestion: `If seconds are meant: "${String(value)}s".` } : {}),
      };
    }
  },
};
