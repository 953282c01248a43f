import type { Expression, Json } from '../../flow';
import { isObject, once, type LintContext } from '../context';
import { pointerTo } from '../finding';

/** A place of the flow where an expression stands, and what it must give. */
export interface ExpressionPlace {
  pointer: string;
  expression: Expression;
  node: string;
  /** The variable it is kept in (`set`); a condition otherwise. */
  variable: string | null;
}

/** Every expression of the flow: conditions of switches and tag rules, values of `set`. */
export function expressionsOf(context: LintContext): readonly ExpressionPlace[] {
  return once(context, allExpressions);
}

function allExpressions(context: LintContext): ExpressionPlace[] {
  return [...findExpressions(context)];
}

function* findExpressions({ nodes }: LintContext): Iterable<ExpressionPlace> {
  for (const { name, kind, json } of nodes.values()) {
    const list = kind === 'switch' ? 'cases' : kind === 'tag' ? 'rules' : null;
    const items = list === null ? [] : json[list];
    for (const [index, item] of (Array.isArray(items) ? items : []).entries()) {
      if (!isObject(item) || item['when'] === undefined) continue;
      const pointer = pointerTo('nodes', name, list ?? '', index, 'when');
      yield { pointer, expression: item['when'], node: name, variable: null };
    }
    const values = kind === 'set' ? json['values'] : undefined;
    for (const [variable, expression] of Object.entries(isObject(values) ? values : {})) {
      yield { pointer: pointerTo('nodes', name, 'values', variable), expression, node: name, variable };
    }
  }
}

/** Every operation of every expression of the flow, with the place of its expression. */
export function allOperations(context: LintContext): readonly { place: ExpressionPlace; operation: Operation }[] {
  return once(context, findOperations);
}

function findOperations(context: LintContext): { place: ExpressionPlace; operation: Operation }[] {
  const found: { place: ExpressionPlace; operation: Operation }[] = [];
  for (const place of expressionsOf(context)) {
    for (const operation of operationsOf(place.expression, place.pointer)) found.push({ place, operation });
  }
  return found;
}

/** One operator of an expression with its operands. */
export interface Operation {
  pointer: string;
  operator: string;
  operands: Json[];
  /** Pointers of the operands. */
  places: string[];
}

/**
 * Every object of an expression, outermost first, as deep as expressions may be (deeper ones are E703).
 * Objects without or with several operators come with an empty `operator`; `var` is not looked into.
 */
function* operationsOf(expression: Expression, pointer: string, depth = 0): Iterable<Operation> {
  if (typeof expression !== 'object' || expression === null || depth > 24) return;
  if (Array.isArray(expression)) {
    for (const [index, item] of expression.entries()) yield* operationsOf(item, `${pointer}/${index}`, depth + 1);
    return;
  }
  const operation = operationAt(expression, pointer);
  yield operation;
  if (operation.operator === 'var') return;
  for (const [index, operand] of operation.operands.entries()) {
    yield* operationsOf(operand, operation.places[index] ?? pointer, depth + 1);
  }
}

/** The one operator of an object, brackets around a single operand or not. */
export function operationAt(object: { [name: string]: Json }, pointer: string): Operation {
  const [[operator, value] = ['', null], ...others] = Object.entries(object);
  if (operator === '' || others.length > 0) return { pointer, operator: '', operands: [], places: [] };
  const at = pointer + pointerTo(operator);
  if (!Array.isArray(value)) return { pointer, operator, operands: [value], places: [at] };
  return { pointer, operator, operands: value, places: value.map((_, index) => `${at}/${index}`) };
}
