import type { Rule } from '../context';
import { allOperations } from './expressions-of';

/** E301: an object of an expression that has no operator, or several. */
export const severalOperators: Rule = {
  code: 'E301',
  title: 'An object with no or several operators',
  *check(context) {
    for (const { place, operation } of allOperations(context)) {
      if (operation.operator !== '') continue;
      yield {
        pointer: operation.pointer,
        message: `An expression in the node "${place.node}" has no operator, or several side by side. Write one operator, and join several by { "and": [ … ] }.`,
      };
    }
  },
};
