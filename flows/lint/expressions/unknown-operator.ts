import type { Rule } from '../context';
import { suggest } from '../suggest';
import { allOperations } from './expressions-of';
import { OPERATOR_SIGNATURES, signatureOf } from './operators';

/** E302: an operator that conditions may not use. */
export const unknownOperator: Rule = {
  code: 'E302',
  title: 'Operator not allowed',
  *check(context) {
    const known = Object.keys(OPERATOR_SIGNATURES);
    for (const { place, operation } of allOperations(context)) {
      const { operator, pointer } = operation;
      if (operator === '' || signatureOf(operator)) continue;
      const better = INSTEAD.get(operator);
      const hint = better ? `Write "${better}".` : suggest(operator, known);
      yield {
        pointer,
        message: `The operator "${operator}" in the node "${place.node}" is not allowed. Allowed are: ${known.join(' ')}.`,
        ...(hint ? { suggestion: hint } : {}),
      };
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
