import type { Rule } from '../context';
import { suggest } from '../suggest';
import { allOperations, type Operation } from './expressions-of';
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
      const hint = instead(operation) ?? suggest(operator, known);
      yield {
        pointer,
        message: `The operator "${operator}" in the node "${place.node}" is not allowed. Allowed are: ${known.join(' ')}.`,
        ...(hint ? { suggestion: hint } : {}),
      };
    }
  },
};

/** What other languages write, and what a setting is read by. */
function instead({ operator, operands: [name] }: Operation): string | null {
  if (operator === 'setting' && typeof name === 'string') return `Write { "var": "settings.${name}" }.`;
  const better = INSTEAD.get(operator.toLowerCase());
  return better === undefined ? null : `Write "${better}".`;
}

const INSTEAD = new Map([
  ...['==', '=', 'eq', 'equals', 'is'].map((each) => [each, '==='] as const),
  ...['!=', '<>', 'ne', 'neq', 'isnot'].map((each) => [each, '!=='] as const),
  ...['includes', 'substr', 'like', 'has'].map((each) => [each, 'contains'] as const),
  ...['some', 'any', 'anyof'].map((each) => [each, 'containsAny'] as const),
  ...['regex', 'regexp', 'match'].map((each) => [each, 'matches'] as const),
  ...['?:', '?', 'ternary'].map((each) => [each, 'if'] as const),
  ...['&&', '&', 'all'].map((each) => [each, 'and'] as const),
  ...['||', '|'].map((each) => [each, 'or'] as const),
  ['not', '!'],
  ['lt', '<'],
  ['lte', '<='],
  ['gt', '>'],
  ['gte', '>='],
  ['=<', '<='],
  ['=>', '>='],
  ['concat', 'cat'],
]);
