import type { Rule } from '../context';
import { isReadElsewhere, looksAround, patternsOf, refusal } from './patterns-of';

/** E311: a pattern in a syntax that others take and RE2 does not. */
export const otherPatternSyntax: Rule = {
  code: 'E311',
  title: 'Pattern syntax that RE2 refuses',
  *check(context) {
    for (const { pointer, node, pattern } of patternsOf(context)) {
      if (typeof pattern !== 'string' || looksAround(pattern) || !isReadElsewhere(pattern)) continue;
      const reason = refusal(context, pattern);
      if (reason)
        yield { pointer, message: `The pattern in the node "${node}" uses something RE2 does not know: ${reason}.` };
    }
  },
};
