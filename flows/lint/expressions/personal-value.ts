import { factOf } from '../../facts';
import type { Expression } from '../../flow';
import type { LintContext, Rule } from '../context';
import { expressionsOf, operationAt } from './expressions-of';

/** E315: personal text that would be kept in a variable, and so enter the history of the run. */
export const personalValue: Rule = {
  code: 'E315',
  title: 'Personal data kept in a variable',
  *check(context) {
    for (const { pointer, expression, node, variable } of expressionsOf(context)) {
      const isOpen = variable !== null && context.variables[variable]?.personal !== true;
      const path = isOpen ? personalPath(expression, context) : null;
      if (path === null) continue;
      yield {
        pointer,
        message: `The node "${node}" would keep "${path}" in a variable. Personal data does not enter the history of a run: use it in a condition instead, or declare "${variable}" with "personal": true.`,
      };
    }
  },
};

/** Operators that give what they are given, or something it can be told from. */
const THROUGH = new Set(['if', 'cat', 'lower', '+', '-']);

/** The personal fact whose text comes through; what only decides something does not come through. */
function personalPath(expression: Expression, context: LintContext, depth = 0): string | null {
  if (typeof expression !== 'object' || expression === null || depth > 24) return null;
  if (Array.isArray(expression)) return null;
  const { operator, operands } = operationAt(expression, '');
  const [path] = operands;
  if (operator === 'var') return typeof path === 'string' && factOf(context, path)?.personal ? path : null;
  const through =
    operator === 'if' ? operands.filter((_, index) => index % 2 === 1 || index === operands.length - 1) : operands;
  if (!THROUGH.has(operator)) return null;
  for (const operand of through) {
    const found = personalPath(operand, context, depth + 1);
    if (found !== null) return found;
  }
  return null;
}
