import type { Expression, Json } from '../../flow';
import type { Rule } from '../context';
import type { Found } from '../finding';
import { expressionsOf, operationAt } from './expressions-of';
import { fold } from './fold';

/** W312: a condition, or a part of one, that holds always or never, whatever it reads. */
export const constantCondition: Rule = {
  code: 'W312',
  title: 'Condition always true or false',
  *check(context) {
    for (const { pointer, expression, node, variable } of expressionsOf(context)) {
      yield* constants(expression, pointer, node, variable === null);
    }
  },
};

/** The outermost constant conditions of an expression. */
function* constants(expression: Expression, pointer: string, node: string, isCondition: boolean): Iterable<Found> {
  const value = isCondition ? fold(expression) : undefined;
  if (typeof value === 'boolean') {
    const always = value ? 'always holds' : 'never holds';
    const instead = value ? 'lead there by "default"' : 'remove it';
    yield {
      pointer,
      message: `A condition in the node "${node}" ${always}, whatever comes. Correct it, or ${instead}.`,
    };
    return;
  }
  if (!isOperation(expression)) return;
  const { operator, operands, places } = operationAt(expression, pointer);
  for (const [index, operand] of operands.entries()) {
    const condition =
      CONDITIONS.includes(operator) || (operator === 'if' && index % 2 === 0 && index + 1 < operands.length);
    if (condition || operator === 'if') yield* constants(operand, places[index] ?? pointer, node, condition);
  }
}

const CONDITIONS: readonly string[] = ['and', 'or', '!'];

function isOperation(value: Json): value is { [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
