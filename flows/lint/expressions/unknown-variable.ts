import { factOf, pathsOf } from '../../facts';
import { knownProperties } from '../../schema';
import type { LintContext, Rule } from '../context';
import { isObject } from '../context';
import { pointerTo, type Found } from '../finding';
import { placesOfSettings } from '../places-of-settings';
import { unknownInTemplates } from '../references/template-places';
import { suggest } from '../suggest';
import { allOperations, expressionsOf } from './expressions-of';
import { placesOf } from './texts-of';

/** E303: a name that nothing stands behind: in conditions, in `set`, and in references to settings. */
export const unknownVariable: Rule = {
  code: 'E303',
  title: 'Unknown variable',
  *check(context) {
    const declared = { variables: context.variables, settings: context.settings };
    for (const { place, operation } of allOperations(context)) {
      const { operator, operands, places, pointer } = operation;
      const [path] = operands;
      if (operator !== 'var' || typeof path !== 'string' || factOf(declared, path)) continue;
      if (isDeclared(context, path)) continue;
      const hint = nearest(declared, path);
      yield {
        pointer: places[0] ?? pointer,
        message: `The node "${place.node}" reads "${path}", and there is no such value. ${declare(path)}`,
        ...(hint ? { suggestion: hint } : {}),
      };
    }
    for (const { pointer, node, path } of placesOf(context)) {
      if (path === null) {
        const message = `A text of the node "${node}" has "{{" that is no place: write { twice, a name, and } twice.`;
        yield { pointer, message };
        continue;
      }
      if (factOf(declared, path) || isDeclared(context, path)) continue;
      const hint = nearest(declared, path);
      yield {
        pointer,
        message: `A text of the node "${node}" has "{{ ${path} }}", and there is no such value. ${declare(path)}`,
        ...(hint ? { suggestion: hint } : {}),
      };
    }
    for (const { name, kind, json } of context.nodes.values()) {
      for (const variable of kind === 'webhook' && isObject(json['save']) ? Object.keys(json['save']) : []) {
        if (isDeclared(context, `vars.${variable}`)) continue;
        yield undeclared(context, pointerTo('nodes', name, 'save', variable), variable, name);
      }
    }
    for (const { pointer, node, variable } of expressionsOf(context)) {
      if (variable !== null && !isDeclared(context, `vars.${variable}`))
        yield undeclared(context, pointer, variable, node);
    }
    yield* unknownSettings(context);
    yield* unknownInTemplates(context);
  },
};

/** Declared, though with a fault that another finding tells. */
function isDeclared({ root }: LintContext, path: string): boolean {
  const [, part, name = ''] = /^(vars|settings)\.(.+)$/.exec(path) ?? [];
  if (part === undefined) return false;
  const property = part === 'vars' ? 'variables' : 'settings';
  const declared = root[property];
  if (isObject(declared)) return Object.hasOwn(declared, name);
  // What is no object declares nothing, and E110 tells of it.
  if (declared !== undefined) return true;
  // They may all stand under a name that E103 tells of.
  const unknown = Object.keys(root).filter((each) => !knownProperties(null).includes(each));
  return unknown.some((each) => suggest(each, [property]) !== null);
}

/** Who forgets "vars." in front of a variable means it. */
function nearest(declared: Pick<LintContext, 'variables' | 'settings'>, path: string): string | null {
  const known = pathsOf(declared);
  const meant = [`vars.${path}`, `settings.${path}`].find((each) => known.includes(each));
  return meant === undefined ? suggest(path, known) : `Did you mean "${meant}"?`;
}

function declare(path: string): string {
  if (path.startsWith('vars.')) return 'Declare it under "variables".';
  return path.startsWith('settings.') ? 'Declare it under "settings".' : 'The documentation lists what may be read.';
}

function undeclared({ variables }: LintContext, pointer: string, variable: string, node: string): Found {
  const hint = suggest(variable, Object.keys(variables));
  return {
    pointer,
    message: `The node "${node}" sets "${variable}", which the flow does not declare. Add it under "variables" with a type and a default.`,
    ...(hint ? { suggestion: hint } : {}),
  };
}

function* unknownSettings(context: LintContext): Iterable<Found> {
  const { settings } = context;
  for (const { pointer, setting: name } of placesOfSettings(context)) {
    if (isDeclared(context, `settings.${name}`)) continue;
    const hint = suggest(name, Object.keys(settings));
    yield {
      pointer,
      message: `The flow has no setting "${name}". Declare it under "settings", or write the value itself.`,
      ...(hint ? { suggestion: hint } : {}),
    };
  }
}
