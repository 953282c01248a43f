import type { Rule } from '../context';
import { refusedPatterns } from './patterns-of';

/** E310: a pattern with look-around or a back-reference. */
export const lookAround: Rule = {
  code: 'E310',
  title: 'Look-around or back-reference',
  *check(context) {
    for (const { pointer, node, code } of refusedPatterns(context)) {
      if (code !== 'E310') continue;
      yield {
        pointer,
        message: `The pattern in the node "${node}" looks around or refers back. Such patterns can take for ever, so they are not allowed; use several conditions instead.`,
      };
    }
  },
};
