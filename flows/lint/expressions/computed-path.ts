import type { Rule } from '../context';
import { allOperations } from './expressions-of';

/** E304: `var` with something else than one fixed name. */
export const computedPath: Rule = {
  code: 'E304',
  title: 'Computed path',
  *check(context) {
    for (const { place, operation } of allOperations(context)) {
      const { operator, operands, places, pointer } = operation;
      if (operator !== 'var' || operands.length !== 1 || typeof operands[0] === 'string') continue;
      yield {
        pointer: places[0] ?? pointer,
        message: `"var" in the node "${place.node}" must have one fixed name in quotes, such as { "var": "message.subject" }.`,
      };
    }
  },
};
