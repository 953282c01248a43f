import { durationMs, LONGEST_MS } from '../../duration';
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
    for (const [name, { type, enum: allowed, default: value }] of Object.entries(context.settings)) {
      // What is no duration at all, or too long a one, is told as that.
      const known = type !== 'duration' || fits(value);
      const at = pointerTo('settings', name, 'default');
      if (allowed && value !== undefined && known) yield* outside(at, value, allowed, `The setting "${name}"`);
    }
  },
};

function* compared(context: LintContext, { operator, operands, places }: Operation): Iterable<Found> {
  if (operator === 'in') {
    const path = pathOf(operands[0]);
    const allowed = path === null ? undefined : factOf(context, path)?.values;
    const list = operands[1];
    for (const [index, value] of (Array.isArray(list) ? list : []).entries()) {
      if (allowed) yield* outside(`${places[1] ?? ''}/${index}`, value, allowed, `"${path}"`);
    }
  }
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

function fits(value: Json | undefined): boolean {
  const ms = typeof value === 'string' ? durationMs(value) : null;
  return ms !== null && ms <= LONGEST_MS;
}

function pathOf(value: Json | undefined): string | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const path = Array.isArray(value['var']) ? value['var'][0] : value['var'];
  return typeof path === 'string' ? path : null;
}
