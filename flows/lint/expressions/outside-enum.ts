import { factOf } from '../../facts';
import type { Json } from '../../flow';
import type { LintContext, Rule } from '../context';
import { pointerTo, type Found } from '../finding';
import { suggest } from '../suggest';
import { allOperations, expressionsOf, type Operation } from './expressions-of';

/** E307: a value that the thing it is compared with, or kept in, can never have. */
export const outsideEnum: Rule = {
  code: 'E307',
  title: 'A value outside the list',
  *check(context) {
    for (const { operation } of allOperations(context)) yield* compared(context, operation);
    for (const { pointer, expression, variable } of expressionsOf(context)) {
      const allowed = variable === null ? undefined : factOf(context, `vars.${variable}`)?.values;
      if (variable !== null && allowed) yield* outside(pointer, expression, allowed, `The variable "${variable}"`);
    }
    for (const [name, { enum: allowed, default: value }] of Object.entries(context.variables)) {
      if (allowed) yield* outside(pointerTo('variables', name, 'default'), value, allowed, `The variable "${name}"`);
    }
  },
};

function* compared(context: LintContext, { operator, operands, places }: Operation): Iterable<Found> {
  if (operator !== '===' && operator !== '!==') return;
  for (const [index, other] of [
    [0, 1],
    [1, 0],
  ] as const) {
    const path = pathOf(operands[index]);
    const allowed = path === null ? undefined : factOf(context, path)?.values;
    const value = operands[other];
    if (allowed && value !== undefined) yield* outside(places[other] ?? '', value, allowed, `"${path}"`);
  }
}

function* outside(pointer: string, value: Json, allowed: readonly (string | number)[], what: string): Iterable<Found> {
  if (typeof value !== 'string' && typeof value !== 'number') return;
  // A value of another type is E306's.
  if (allowed.includes(value) || !allowed.some((each) => typeof each === typeof value)) return;
  const hint = typeof value === 'string' ? suggest(value, allowed.map(String)) : null;
  yield {
    pointer,
    message: `${what} is never ${JSON.stringify(value)}. It is one of: ${allowed.map((each) => JSON.stringify(each)).join(', ')}.`,
    ...(hint ? { suggestion: hint } : {}),
  };
}

function pathOf(value: Json | undefined): string | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const path = Array.isArray(value['var']) ? value['var'][0] : value['var'];
  return typeof path === 'string' ? path : null;
}
