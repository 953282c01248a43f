import type { Rule } from '../context';
import { patternsOf } from './patterns-of';

const MAX_LENGTH = 200;

/** E704: a pattern over 200 characters. */
export const patternTooLong: Rule = {
  code: 'E704',
  title: 'Pattern over 200 characters',
  *check(context) {
    for (const { pointer, node, pattern } of patternsOf(context)) {
      if (typeof pattern !== 'string' || pattern.length <= MAX_LENGTH) continue;
      yield {
        pointer,
        message: `The pattern in the node "${node}" has ${pattern.length} characters; ${MAX_LENGTH} is the most. Part it with "or".`,
      };
    }
  },
};
