import type { VariableDeclaration } from '../../flow';
import type { LintContext, Rule } from '../context';
import { pointerTo, type Found } from '../finding';
import { expressionsOf, type ExpressionPlace } from './expressions-of';
import { typeOf, WORDS } from './type-of';
import { wrongSettings } from './wrong-setting';
import type { Type } from './operators';

/** E306: a value of the wrong type, a condition that is not true or false. */
export const wrongType: Rule = {
  code: 'E306',
  title: 'Wrong type',
  *check(context) {
    for (const place of expressionsOf(context)) {
      const faults: Found[] = [];
      const type = typeOf(place.expression, place.pointer, context, faults);
      const whole = type && faults.length === 0 ? wrongWhole(context, place, type) : null;
      for (const { pointer, message } of whole ? [...faults, whole] : faults) {
        yield { pointer, message: `In the node "${place.node}": ${message}` };
      }
    }
    yield* wrongDefaults(context);
    yield* wrongSettings(context);
  },
};

function wrongWhole(
  { variables }: LintContext,
  { pointer, variable, expression }: ExpressionPlace,
  type: Type,
): Found | null {
  if (variable === null) {
    return type === 'boolean'
      ? null
      : { pointer, message: `a condition must be true or false, and this is ${WORDS[type]}.` };
  }
  const declared = Object.hasOwn(variables, variable) ? variables[variable] : undefined;
  if (!declared) return null;
  const whole = declared.type === 'integer' && typeof expression === 'number' && !Number.isInteger(expression);
  if (type === typeOfVariable(declared) && !whole) return null;
  const wanted = declared.type === 'integer' ? 'a whole number' : WORDS[typeOfVariable(declared)];
  return {
    pointer,
    message: `the variable "${variable}" holds ${wanted}, and this is ${whole ? 'none' : WORDS[type]}.`,
  };
}

function* wrongDefaults({ variables, settings }: LintContext): Iterable<Found> {
  for (const [name, declared] of Object.entries(variables)) {
    const pointer = pointerTo('variables', name, 'default');
    const type = typeof declared.default;
    const right = declared.type === 'integer' ? Number.isInteger(declared.default) : type === declared.type;
    if (!right) yield { pointer, message: `The default of the variable "${name}" must be ${NAMES[declared.type]}.` };
  }
  for (const [name, declared] of Object.entries(settings)) {
    const wanted = declared.type === 'number' || declared.type === 'boolean' ? declared.type : 'string';
    if (declared.default === undefined || typeof declared.default === wanted || declared.type === 'duration') continue;
    const pointer = pointerTo('settings', name, 'default');
    yield { pointer, message: `The default of the setting "${name}" must be ${NAMES[wanted]}.` };
  }
}

const NAMES = { string: 'text in quotes', number: 'a number', integer: 'a whole number', boolean: 'true or false' };

function typeOfVariable({ type }: VariableDeclaration): Type {
  if (type === 'boolean') return 'boolean';
  return type === 'string' ? 'text' : 'number';
}
