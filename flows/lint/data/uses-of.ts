import { pathsRead } from '../../expression';
import { isObject, once, type LintContext } from '../context';
import { expressionsOf } from '../expressions/expressions-of';
import { placesOf } from '../expressions/texts-of';
import { pointerTo, stepsOf } from '../finding';
import { sharedVariables } from '../references/called-flows';
import { templatePlacesOf } from '../references/template-places';

/** One place that reads a variable. */
export interface VariableRead {
  variable: string;
  node: string;
  pointer: string;
  /** The variable whose new value it is part of. */
  into: string | null;
}

/** Every place that reads a variable: conditions, new values, `{{ }}`, flows that are called. */
export function readsOf(context: LintContext): readonly VariableRead[] {
  return once(context, collectReads);
}

function collectReads(context: LintContext): VariableRead[] {
  const found: VariableRead[] = [];
  const add = (path: string, node: string, pointer: string, into: string | null): void => {
    if (path.startsWith('vars.')) found.push({ variable: path.slice('vars.'.length), node, pointer, into });
  };
  for (const { expression, node, pointer, variable } of expressionsOf(context)) {
    for (const path of pathsRead(expression)) add(path, node, pointer, variable);
  }
  for (const { path, node, pointer } of placesOf(context)) if (path !== null) add(path, node, pointer, null);
  for (const { path, pointer } of templatePlacesOf(context)) {
    const [part, node = ''] = stepsOf(pointer);
    add(path, part === 'nodes' ? node : '', pointer, null);
  }
  for (const text of context.nodes.values()) {
    for (const variable of sharedVariables(context, text)) {
      add(`vars.${variable}`, text.name, pointerTo('nodes', text.name, 'flow'), null);
    }
  }
  return found;
}

/** The nodes that give a variable a value. */
export function settersOf(context: LintContext, variable: string): string[] {
  return [...context.nodes.values()].flatMap((text) => {
    const { name, kind, json } = text;
    if (sharedVariables(context, text).includes(variable)) return [name];
    const values = kind === 'set' ? json['values'] : kind === 'webhook' ? json['save'] : undefined;
    return isObject(values) && Object.hasOwn(values, variable) ? [name] : [];
  });
}
