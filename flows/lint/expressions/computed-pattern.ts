import type { Rule } from '../context';
import { patternsOf } from './patterns-of';

/** E308: a pattern that is put together while the flow runs. */
export const computedPattern: Rule = {
  code: 'E308',
  title: 'Computed pattern',
  *check(context) {
    for (const { pointer, node, pattern } of patternsOf(context)) {
      if (typeof pattern === 'string') continue;
      yield { pointer, message: `The pattern of "matches" in the node "${node}" must be fixed text in quotes.` };
    }
  },
};
