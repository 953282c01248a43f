import type { Rule } from '../context';
import { isReadElsewhere, looksAround, patternsOf, refusal } from './patterns-of';

/** E309: a pattern that no regular expression engine takes. */
export const invalidPattern: Rule = {
  code: 'E309',
  title: 'Invalid pattern',
  *check(context) {
    for (const { pointer, node, pattern } of patternsOf(context)) {
      if (typeof pattern !== 'string' || looksAround(pattern) || isReadElsewhere(pattern)) continue;
      const reason = refusal(context, pattern);
      if (reason) yield { pointer, message: `The pattern in the node "${node}" cannot be read: ${reason}.` };
    }
  },
};
