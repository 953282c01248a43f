import type { Rule } from '../context';
import { refusedPatterns } from './patterns-of';

/** E311: a pattern in a syntax that others take and RE2 does not. */
export const otherPatternSyntax: Rule = {
  code: 'E311',
  title: 'Pattern syntax that RE2 refuses',
  *check(context) {
    for (const { pointer, node, code, reason } of refusedPatterns(context)) {
      if (code === 'E311')
        yield { pointer, message: `The pattern in the node "${node}" uses something RE2 does not know: ${reason}.` };
    }
  },
};
