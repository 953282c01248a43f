import { RE2JS } from 're2js';
import type { Expression } from './flow';

/** A value that an expression reads or gives. */
export type Value = null | boolean | number | string | Value[];

/** Gives the value behind a path of `facts`; undefined when there is none. */
export type Read = (path: string) => Value | undefined;

/** What came of an expression; a fault is a sentence for the trace and never names a value. */
export type Evaluated = { ok: true; value: Value } | { ok: false; fault: string };

/** The deepest nesting and the most parts an expression may have. */
export const MAX_DEPTH = 12;
export const MAX_PARTS = 200;

/**
 * Computes an expression. Strict where JsonLogic is lenient: no conversion between types, conditions are boolean,
 * a missing value is a fault and not `null < 0.5`. Never throws, whatever it is given.
 */
export function evaluate(expression: Expression, read: Read): Evaluated {
  try {
    return { ok: true, value: compute(expression, { read, parts: 0 }, 0) };
  } catch (error) {
    return { ok: false, fault: error instanceof ExpressionFault ? error.message : 'the expression could not be read' };
  }
}

/** All `var` paths an expression reads, each once; whatever is not well formed is left out. */
export function pathsRead(expression: Expression): string[] {
  const found = new Set<string>();
  const visit = (part: unknown, depth: number): void => {
    if (depth > 50 || typeof part !== 'object' || part === null) return;
    if (Array.isArray(part)) return part.forEach((item) => visit(item, depth + 1));
    for (const [operator, operand] of Object.entries(part)) {
      const path: unknown = Array.isArray(operand) ? operand[0] : operand;
      if (operator === 'var' && typeof path === 'string') found.add(path);
      else visit(operand, depth + 1);
    }
  };
  visit(expression, 0);
  return [...found];
}

class ExpressionFault extends Error {
  override readonly name = 'ExpressionFault';
}

interface Scope {
  read: Read;
  parts: number;
}

function compute(part: unknown, scope: Scope, depth: number): Value {
  if (depth > MAX_DEPTH) fault(`the expression is nested deeper than ${MAX_DEPTH}`);
  if (++scope.parts > MAX_PARTS) fault(`the expression has over ${MAX_PARTS} parts`);
  if (part === null || typeof part === 'boolean' || typeof part === 'number' || typeof part === 'string') return part;
  if (Array.isArray(part)) return part.map((item) => compute(item, scope, depth + 1));
  if (typeof part !== 'object') return fault('the expression is not JSON');
  const entries = Object.entries(part);
  const [operator, operand] = entries[0] ?? ['', null];
  if (entries.length !== 1) fault('an object with no or several operators');
  const operands: unknown[] = Array.isArray(operand) ? operand : [operand];
  if (operator === 'var') return readPath(operands, scope.read);
  const lazy = Object.hasOwn(LAZY, operator) ? LAZY[operator] : undefined;
  if (lazy) return lazy(operands, (item) => compute(item, scope, depth + 1));
  const strict = Object.hasOwn(STRICT, operator) ? STRICT[operator] : undefined;
  if (!strict) return fault(`the operator "${operator}" is not allowed`);
  return strict(operands.map((item) => compute(item, scope, depth + 1)));
}

function readPath(operands: unknown[], read: Read): Value {
  const path = operands[0];
  if (operands.length !== 1 || typeof path !== 'string') return fault('"var" takes one fixed name');
  const value = read(path);
  // Only JSON comes in, whatever the reader finds under an inherited name.
  const known = value !== undefined && (typeof value !== 'object' || value === null || Array.isArray(value));
  return known && typeof value !== 'function' ? value : fault(`"${path}" cannot be read`);
}

type Compute = (part: unknown) => Value;

/** Operators that do not look at all their operands, or that know their place in the flow. */
const LAZY: Record<string, (operands: unknown[], compute: Compute) => Value> = {
  and: (operands, compute) => operands.every((part) => bool(compute(part))),
  or: (operands, compute) => operands.some((part) => bool(compute(part))),
  if: (operands, compute) => {
    if (operands.length % 2 === 0) return fault('"if" needs an otherwise');
    for (let index = 0; index + 1 < operands.length; index += 2) {
      if (bool(compute(operands[index]))) return compute(operands[index + 1]);
    }
    return compute(operands.at(-1));
  },
  matches: (operands, compute) => {
    const [value, pattern] = operands.map(compute);
    const compiled = compiledPattern(operands, text(pattern));
    return some(value, (_item, raw) => compiled.matcher(raw).find());
  },
};

/** Patterns of flows that live, by their place in the flow: compiling one takes longer than asking it. */
const compiledPatterns = new WeakMap<unknown[], { pattern: string; compiled: RE2JS }>();

function compiledPattern(place: unknown[], pattern: string): RE2JS {
  const known = compiledPatterns.get(place);
  if (known?.pattern === pattern) return known.compiled;
  const compiled = RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE | RE2JS.MULTILINE);
  compiledPatterns.set(place, { pattern, compiled });
  return compiled;
}

const STRICT: Record<string, (values: Value[]) => Value> = {
  '===': (values) => same(values),
  '!==': (values) => !same(values),
  '!': (values) => !bool(only(values)),
  '<': (values) => ordered(values, (a, b) => a < b),
  '<=': (values) => ordered(values, (a, b) => a <= b),
  '>': (values) => ordered(values.slice(0, 2), (a, b) => a > b),
  '>=': (values) => ordered(values.slice(0, 2), (a, b) => a >= b),
  '+': (values) => values.reduce<number>((sum, value) => sum + num(value), 0),
  '-': (values) => (values.length === 1 ? -num(values[0]) : num(values[0]) - num(values[1])),
  cat: (values) =>
    values.map((value) => (Array.isArray(value) ? fault('"cat" joins no lists') : (value ?? ''))).join(''),
  in: ([needle, stack]) => {
    if (Array.isArray(stack)) return needle !== undefined && stack.includes(needle);
    // As in JsonLogic, empty text holds nothing, not even empty text.
    return stack !== '' && text(stack).includes(text(needle));
  },
  lower: (values) => text(only(values)).toLowerCase(),
  contains: ([value, part]) => some(value, (item) => item.includes(folded(part))),
  containsAny: ([value, parts]) => {
    const needles = list(parts).map(folded);
    return some(value, (item) => needles.some((needle) => item.includes(needle)));
  },
  startsWith: ([value, part]) => some(value, (item) => item.startsWith(folded(part))),
  endsWith: ([value, part]) => some(value, (item) => item.endsWith(folded(part))),
};

/** Every operator an expression may use. */
export const OPERATORS: readonly string[] = ['var', ...Object.keys(LAZY), ...Object.keys(STRICT)];

function fault(sentence: string): never {
  throw new ExpressionFault(sentence);
}
function only(values: Value[]): Value | undefined {
  return values.length === 1 ? values[0] : fault('one value is expected');
}
function same([a, b]: Value[]): boolean {
  return a === b;
}
function ordered(values: Value[], holds: (a: number | string, b: number | string) => boolean): boolean {
  if (values.length < 2) return fault('two values are expected');
  const kind = typeof values[0];
  return values.slice(1).every((value, index) => {
    const before = values[index];
    if (kind === 'string' && typeof before === 'string' && typeof value === 'string') return holds(before, value);
    return holds(num(before), num(value));
  });
}
function bool(value: Value | undefined): boolean {
  return typeof value === 'boolean' ? value : fault('a condition is not true or false');
}
function num(value: Value | undefined): number {
  return typeof value === 'number' ? value : fault('a number is expected');
}
function text(value: Value | undefined): string {
  if (value === null) return '';
  return typeof value === 'string' ? value : fault('text is expected');
}
function list(value: Value | undefined): Value[] {
  return Array.isArray(value) ? value : fault('a list is expected');
}
function folded(value: Value | undefined): string {
  return text(value).toLowerCase();
}
/** Holds for the text, or for any text of a list. */
function some(value: Value | undefined, holds: (item: string, raw: string) => boolean): boolean {
  return (Array.isArray(value) ? value : [value]).some((item) => holds(folded(item), text(item)));
}
