import type { Json } from '../../flow';
import { MAX_DEPTH, MAX_PARTS } from '../../expression';
import type { Rule } from '../context';
import { expressionsOf } from './expressions-of';

/** E703: an expression nested too deep or of too many parts. */
export const expressionTooBig: Rule = {
  code: 'E703',
  title: 'Expression too big',
  *check(context) {
    for (const { pointer, expression, node } of expressionsOf(context)) {
      const { depth, parts } = sizeOf(expression);
      const reason =
        depth > MAX_DEPTH
          ? `is nested ${depth} deep; ${MAX_DEPTH} is the most`
          : `has ${parts} parts; ${MAX_PARTS} is the most`;
      if (depth <= MAX_DEPTH && parts <= MAX_PARTS) continue;
      yield { pointer, message: `The condition in the node "${node}" ${reason}. Part it into several nodes.` };
    }
  },
};

/** Depth and parts as `evaluate` counts them: operands of an operator are one deeper, brackets around them are not. */
function sizeOf(value: Json): { depth: number; parts: number } {
  if (typeof value !== 'object' || value === null) return { depth: 0, parts: 1 };
  const operand = Array.isArray(value) ? value : Object.values(value)[0];
  const isPath = !Array.isArray(value) && Object.keys(value)[0] === 'var';
  const inner = isPath ? [] : (Array.isArray(operand) ? operand : operand === undefined ? [] : [operand]).map(sizeOf);
  return {
    depth: inner.length === 0 ? 0 : 1 + Math.max(...inner.map(({ depth }) => depth)),
    parts: 1 + inner.reduce((sum, { parts }) => sum + parts, 0),
  };
}
