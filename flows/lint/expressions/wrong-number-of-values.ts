import type { Rule } from '../context';
import { allOperations } from './expressions-of';
import { signatureOf, type Signature } from './operators';

/** E305: an operator with more or fewer values than it takes. */
export const wrongNumberOfValues: Rule = {
  code: 'E305',
  title: 'Wrong number of values',
  *check(context) {
    for (const { place, operation } of allOperations(context)) {
      const { operator, operands, pointer } = operation;
      const signature = signatureOf(operator);
      if (!signature || fits(operator, operands.length, signature)) continue;
      yield {
        pointer,
        message: `"${operator}" in the node "${place.node}" has ${operands.length === 1 ? 'one value' : `${operands.length} values`}; it takes ${takes(operator, signature)}.`,
      };
    }
  },
};

function fits(operator: string, count: number, { least, most }: Signature): boolean {
  if (count > most && most >= 199) return true; // too many parts: E703
  return count >= least && count <= most && (operator !== 'if' || count % 2 === 1);
}

function takes(operator: string, { least, most }: Signature): string {
  if (operator === 'var') return 'one name and no default';
  if (operator === 'if') return 'a condition, a value, and a value for otherwise';
  if (least === most) return least === 1 ? 'one' : String(least);
  return most > 100 ? `at least ${least}` : `${least} or ${most}`;
}
