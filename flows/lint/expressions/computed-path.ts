import type { Rule } from '../context';
import { expressionsOf, operationsOf } from './expressions-of';

/** E304: `var` with something else than one fixed name. */
export const computedPath: Rule = {
  code: 'E304',
  title: 'Computed path',
  *check(context) {
    for (const { pointer, expression, node } of expressionsOf(context)) {
      for (const { operator, operands, places } of operationsOf(expression, pointer)) {
        if (operator !== 'var' || operands.length !== 1 || typeof operands[0] === 'string') continue;
        yield {
          pointer: places[0] ?? pointer,
          message: `"var" in the node "${node}" must have one fixed name in quotes, such as { "var": "message.subject" }.`,
        };
      }
    }
  },
};
