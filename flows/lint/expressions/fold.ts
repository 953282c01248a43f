import { evaluate } from '../../expression';
import type { Expression, Json } from '../../flow';
import { operationAt } from './expressions-of';

/** What an expression gives whatever it reads; undefined when that depends. */
export function fold(expression: Expression, depth = 0): Json | undefined {
  if (typeof expression !== 'object' || expression === null) return expression;
  if (depth > 24) return undefined;
  if (Array.isArray(expression)) return folded(expression, depth);
  const { operator, operands } = operationAt(expression, '');
  if (operator === 'var' || operator === '') return undefined;
  if (operator === 'and' || operator === 'or') return foldJunction(operands, operator === 'and', depth);
  if (operator === 'if') return foldIf(operands, depth);
  const known = folded(operands, depth);
  // Stepwise, so that what is too deep to be evaluated is not called constant for it.
  if (known) return valueOf({ [operator]: known });
  return foldCompared(operator, operands);
}

function folded(operands: readonly Json[], depth: number): Json[] | undefined {
  const values = operands.map((operand) => fold(operand, depth + 1));
  return values.every((value) => value !== undefined) ? values : undefined;
}

function valueOf(expression: Expression): Json | undefined {
  const result = evaluate(expression, () => undefined);
  return result.ok ? result.value : undefined;
}

/** `and` is false by one false part, true by all true ones; a part beside its own contrary decides it as well. */
function foldJunction(operands: readonly Json[], isAnd: boolean, depth: number): boolean | undefined {
  const values = operands.map((operand) => fold(operand, depth + 1));
  if (values.includes(!isAnd)) return !isAnd;
  if (values.length > 0 && values.every((value) => value === isAnd)) return isAnd;
  const texts = new Set(operands.map((operand) => JSON.stringify(operand)));
  const contrary = operands.some(
    (operand) => texts.has(JSON.stringify({ '!': operand })) || texts.has(JSON.stringify({ '!': [operand] })),
  );
  return contrary ? !isAnd : undefined;
}

function foldIf(operands: readonly Json[], depth: number): Json | undefined {
  for (let index = 0; index + 1 < operands.length; index += 2) {
    const condition = fold(operands[index] ?? null, depth + 1);
    if (condition === true) return fold(operands[index + 1] ?? null, depth + 1);
    if (condition !== false) return undefined;
  }
  return fold(operands.at(-1) ?? null, depth + 1);
}

/** Comparisons that do not depend on what is read: with itself, beyond what it can be, with nothing. */
function foldCompared(operator: string, operands: readonly Json[]): boolean | undefined {
  const [left = null, right = null] = operands;
  if (operands.length !== 2) return undefined;
  const itself = JSON.stringify(left) === JSON.stringify(right);
  if (itself && WITH_ITSELF.has(operator)) return WITH_ITSELF.get(operator);
  if ((operator === 'contains' || operator === 'matches') && right === '') return true;
  if ((operator === 'containsAny' || operator === 'in') && Array.isArray(right) && right.length === 0) return false;
  const range = rangeOf(left);
  if (range && typeof right === 'number') return beyond(operator, range, right);
  const mirrored = rangeOf(right);
  if (mirrored && typeof left === 'number') return beyond(MIRRORED.get(operator) ?? operator, mirrored, left);
  return undefined;
}

const WITH_ITSELF = new Map([
  ['===', true],
  ['!==', false],
  ['<', false],
  ['<=', true],
  ['>', false],
  ['>=', true],
]);
const MIRRORED = new Map([
  ['<', '>'],
  ['<=', '>='],
  ['>', '<'],
  ['>=', '<='],
]);

function beyond(operator: string, [least, most]: readonly [number, number], value: number): boolean | undefined {
  const outcomes: Record<string, [always: boolean, never: boolean]> = {
    '<': [most < value, least >= value],
    '<=': [most <= value, least > value],
    '>': [least > value, most <= value],
    '>=': [least >= value, most < value],
    '===': [false, value < least || value > most],
    '!==': [value < least || value > most, false],
  };
  const [always, never] = (Object.hasOwn(outcomes, operator) && outcomes[operator]) || [false, false];
  return always ? true : never ? false : undefined;
}

/** Numbers that are never below or above something. */
const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  'message.attachments.count': [0, Infinity],
  'message.size': [0, Infinity],
  'enquiry.number': [0, Infinity],
  'enquiry.priority': [-9, 9],
  'time.hour': [0, 23],
  'group.available': [0, Infinity],
  'group.waiting': [0, Infinity],
};

function rangeOf(value: Json): readonly [number, number] | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const { operator, operands } = operationAt(value, '');
  const path = operator === 'var' ? operands[0] : undefined;
  return typeof path === 'string' && Object.hasOwn(RANGES, path) ? RANGES[path] : undefined;
}
