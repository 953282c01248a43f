import type { Rule } from '../context';
import { suggest } from '../suggest';
import { expressionsOf, operationsOf } from './expressions-of';
import { OPERATOR_SIGNATURES, signatureOf } from './operators';

/** E302: an operator that conditions may not use. */
export const unknownOperator: Rule = {
  code: 'E302',
  title: 'Operator not allowed',
  *check(context) {
    const known = Object.keys(OPERATOR_SIGNATURES);
    for (const { pointer, expression, node } of expressionsOf(context)) {
      for (const { operator, pointer: at } of operationsOf(expression, pointer)) {
        if (operator === '' || signatureOf(operator)) continue;
        const better = INSTEAD.get(operator);
        const hint = better ? `Write "${better}".` : suggest(operator, known);
        yield {
          pointer: at,
          message: `The operator "${operator}" in the node "${node}" is not allowed. Allowed are: ${known.join(' ')}.`,
          ...(hint ? { suggestion: hint } : {}),
        };
      }
    }
  },
};

const INSTEAD = new Map([
  ['==', '==='],
  ['!=', '!=='],
  ['?:', 'if'],
  ['regex', 'matches'],
  ['substr', 'contains'],
]);
