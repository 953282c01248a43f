import type { Rule } from '../context';
import { LOOKS_AROUND, patternsOf, refusal } from './patterns-of';

/** E309: a pattern that no regular expression engine takes. */
export const invalidPattern: Rule = {
  code: 'E309',
  title: 'Invalid pattern',
  *check(context) {
    for (const { pointer, node, pattern } of patternsOf(context)) {
      if (typeof pattern !== 'string' || LOOKS_AROUND.test(pattern) || isValidElsewhere(pattern)) continue;
      const reason = refusal(pattern);
      if (reason) yield { pointer, message: `The pattern in the node "${node}" cannot be read: ${reason}.` };
    }
  },
};

/** True for what JavaScript reads: if RE2 refuses that, the syntax is the reason (E311), not a mistake. */
export function isValidElsewhere(pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u').source !== '';
  } catch {
    return false;
  }
}
