import type { ValueType } from '../../facts';

/** Types of values in expressions; `null` is the constant, `list` one of other things than text. */
export type Type = ValueType | 'null' | 'list';

/** What an operator takes and gives; how many operands it may have. */
export interface Signature {
  least: number;
  most: number;
  /** Types each operand may have; null: see `typeOf`. */
  takes: readonly Type[] | null;
  gives: Type | null;
}

const BOOLEANS: Signature = { least: 1, most: 200, takes: ['boolean'], gives: 'boolean' };
const COMPARE: Signature = { least: 2, most: 2, takes: null, gives: 'boolean' };
const TEXT: readonly Type[] = ['text', 'texts', 'instant'];

/** Every operator of the language; `flows/expression.ts` computes exactly these (a test compares them). */
export const OPERATOR_SIGNATURES: Readonly<Record<string, Signature>> = {
  var: { least: 1, most: 1, takes: null, gives: null },
  and: BOOLEANS,
  or: BOOLEANS,
  '!': { least: 1, most: 1, takes: ['boolean'], gives: 'boolean' },
  if: { least: 3, most: 199, takes: null, gives: null },
  '===': COMPARE,
  '!==': COMPARE,
  '<': { ...COMPARE, most: 3 },
  '<=': { ...COMPARE, most: 3 },
  '>': COMPARE,
  '>=': COMPARE,
  '+': { least: 1, most: 200, takes: ['number'], gives: 'number' },
  '-': { least: 1, most: 2, takes: ['number'], gives: 'number' },
  cat: { least: 1, most: 200, takes: ['text', 'number', 'boolean', 'instant'], gives: 'text' },
  in: { least: 2, most: 2, takes: null, gives: 'boolean' },
  lower: { least: 1, most: 1, takes: ['text'], gives: 'text' },
  contains: { least: 2, most: 2, takes: TEXT, gives: 'boolean' },
  containsAny: { least: 2, most: 2, takes: TEXT, gives: 'boolean' },
  startsWith: { least: 2, most: 2, takes: TEXT, gives: 'boolean' },
  endsWith: { least: 2, most: 2, takes: TEXT, gives: 'boolean' },
  matches: { least: 2, most: 2, takes: TEXT, gives: 'boolean' },
};

/** The signature of an operator; null for one the language does not have. */
export function signatureOf(operator: string): Signature | null {
  return Object.hasOwn(OPERATOR_SIGNATURES, operator) ? (OPERATOR_SIGNATURES[operator] ?? null) : null;
}
