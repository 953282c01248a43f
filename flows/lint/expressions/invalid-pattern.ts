import type { Rule } from '../context';
import { refusedPatterns } from './patterns-of';

/** E309: a pattern that no regular expression engine takes. */
export const invalidPattern: Rule = {
  code: 'E309',
  title: 'Invalid pattern',
  *check(context) {
    for (const { pointer, node, code, reason } of refusedPatterns(context)) {
      if (code === 'E309') yield { pointer, message: `The pattern in the node "${node}" cannot be read: ${reason}.` };
    }
  },
};
