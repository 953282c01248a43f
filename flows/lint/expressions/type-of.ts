import { factOf } from '../../facts';
import type { Expression, Json } from '../../flow';
import type { LintContext } from '../context';
import type { Found } from '../finding';
import { operationAt, type Operation } from './expressions-of';
import { signatureOf, type Type } from './operators';

type Declared = Pick<LintContext, 'variables' | 'settings'>;

/** The type an expression gives (null where it cannot be told, which other rules have reported), and its type faults. */
export function typeOf(
  expression: Expression,
  pointer: string,
  declared: Declared,
  faults: Found[],
  depth = 0,
): Type | null {
  const constant = constantType(expression);
  if (constant || depth > 24 || typeof expression !== 'object' || expression === null) return constant;
  if (Array.isArray(expression)) {
    const items = expression.map((item, index) => typeOf(item, `${pointer}/${index}`, declared, faults, depth + 1));
    return items.every((item) => item === 'text' || item === null) ? 'texts' : 'list';
  }
  const operation = operationAt(expression, pointer);
  const { operator, operands, places } = operation;
  if (operator === 'var') return typeof operands[0] === 'string' ? (factOf(declared, operands[0])?.type ?? null) : null;
  const signature = signatureOf(operator);
  if (!signature) return null;
  const types = operands.map((operand, index) =>
    typeOf(operand, places[index] ?? pointer, declared, faults, depth + 1),
  );
  if (operator === 'if') return typeOfIf(operation, types, faults);
  if (signature.takes) expect(operation, types, signature.takes, faults);
  else if (operator === 'in') expectMember(operation, types, faults);
  else expectAlike(operation, types, faults);
  return signature.gives;
}

function constantType(value: Json): Type | null {
  if (value === null) return 'null';
  if (typeof value === 'boolean' || typeof value === 'number') return typeof value as 'boolean' | 'number';
  return typeof value === 'string' ? 'text' : null;
}

function expect(
  { operator, places }: Operation,
  types: (Type | null)[],
  takes: readonly Type[],
  faults: Found[],
): void {
  for (const [index, type] of types.entries()) {
    // Only what is looked at may be a list; for containsAny only what is looked for.
    const list = type === 'texts' && (operator === 'containsAny' || index === 0);
    if (type === null || (takes.includes(type) && (type !== 'texts' || list))) {
      if (!(operator === 'containsAny' && index === 1 && type !== null && type !== 'texts')) continue;
    }
    const wanted = operator === 'containsAny' && index === 1 ? 'a list of text' : WORDS[takes[0] ?? 'text'];
    faults.push({
      pointer: places[index] ?? '',
      message: `"${operator}" needs ${wanted} here, and this is ${WORDS[type]}.`,
    });
  }
}

function expectMember({ places }: Operation, [needle, stack]: (Type | null)[], faults: Found[]): void {
  if (stack === 'list') return;
  if (stack && stack !== 'text' && stack !== 'texts') {
    faults.push({ pointer: places[1] ?? '', message: `"in" looks in text or in a list, and this is ${WORDS[stack]}.` });
  } else if (stack && needle && needle !== 'text') {
    faults.push({ pointer: places[0] ?? '', message: `"in" looks for text, and this is ${WORDS[needle]}.` });
  }
}

/** Compared values are of one type; only numbers and moments have an order. */
function expectAlike(
  { operator, operands, places, pointer }: Operation,
  types: (Type | null)[],
  faults: Found[],
): void {
  const equality = operator === '===' || operator === '!==';
  const known = types.filter((type) => type !== null);
  if (equality && known.includes('null')) return;
  const moment = known.includes('instant');
  for (const [index, type] of types.entries()) {
    if (type === null || type === 'instant') continue;
    const place = places[index] ?? pointer;
    if (moment && type === 'text') {
      if (typeof operands[index] === 'string' && MOMENT.test(operands[index])) continue;
      faults.push({
        pointer: place,
        message: 'A moment is written as "2026-12-24T18:00", or as "2026-12-24" for its midnight.',
      });
    } else if (equality ? type === 'texts' || type === 'list' : type !== 'number') {
      const wanted = equality ? 'one value' : 'numbers';
      const instead = equality ? ' What is in a list "in" asks.' : '';
      faults.push({
        pointer: place,
        message: `"${operator}" compares ${wanted}, and this is ${WORDS[type]}.${instead}`,
      });
      return;
    } else if (type !== known[0] && (equality || known[0] === 'number' || moment)) {
      faults.push({
        pointer,
        message: `"${operator}" compares ${WORDS[known[0] ?? type]} with ${WORDS[type]}; these are never the same.`,
      });
      return;
    }
  }
}

function typeOfIf({ places, pointer }: Operation, types: (Type | null)[], faults: Found[]): Type | null {
  const results = types.filter((_, index) => index % 2 === 1 || index === types.length - 1);
  for (const [index, type] of types.entries()) {
    const isCondition = index % 2 === 0 && index < types.length - 1;
    if (!isCondition || type === null || type === 'boolean') continue;
    faults.push({ pointer: places[index] ?? '', message: `"if" needs a condition here, and this is ${WORDS[type]}.` });
  }
  const known = results.filter((type) => type !== null);
  if (known.every((type) => type === known[0])) return known[0] ?? null;
  faults.push({ pointer, message: '"if" must give the same kind of value in each case.' });
  return null;
}

const MOMENT = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2})?$/;

/** Types as a person calls them. */
export const WORDS: Record<Type, string> = {
  boolean: 'a condition (true or false)',
  number: 'a number',
  text: 'text',
  texts: 'a list of text',
  list: 'a list',
  instant: 'a moment',
  null: 'nothing (null)',
};
