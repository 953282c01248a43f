import { factOf, pathsOf } from '../../facts';
import type { LintContext, Rule } from '../context';
import { isObject } from '../context';
import { pointerTo, type Found } from '../finding';
import { suggest } from '../suggest';
import { expressionsOf, operationsOf } from './expressions-of';

/** E303: a name that nothing stands behind: in conditions, in `set`, and in references to settings. */
export const unknownVariable: Rule = {
  code: 'E303',
  title: 'Unknown variable',
  *check(context) {
    const declared = { variables: context.variables, settings: context.settings };
    for (const { pointer, expression, node, variable } of expressionsOf(context)) {
      for (const { operator, operands, places } of operationsOf(expression, pointer)) {
        const [path] = operands;
        if (operator !== 'var' || typeof path !== 'string' || factOf(declared, path)) continue;
        const hint = suggest(path, pathsOf(declared));
        yield {
          pointer: places[0] ?? pointer,
          message: `The node "${node}" reads "${path}", and there is no such value. ${declare(path)}`,
          ...(hint ? { suggestion: hint } : {}),
        };
      }
      if (variable !== null && !Object.hasOwn(context.variables, variable))
        yield undeclared(context, pointer, variable, node);
    }
    yield* unknownSettings(context);
  },
};

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

function* unknownSettings({ root, settings }: LintContext): Iterable<Found> {
  for (const { pointer, name } of settingReferences(root)) {
    if (Object.hasOwn(settings, name)) continue;
    const hint = suggest(name, Object.keys(settings));
    yield {
      pointer,
      message: `The flow has no setting "${name}". Declare it under "settings", or write the value itself.`,
      ...(hint ? { suggestion: hint } : {}),
    };
  }
}

/** Every `{ "setting": NAME }` in nodes and `closedReply`. */
export function* settingReferences(root: LintContext['root']): Iterable<{ pointer: string; name: string }> {
  for (const part of ['closedReply', 'nodes']) {
    if (root[part] !== undefined) yield* referencesIn(root[part], pointerTo(part), 0);
  }
}

function* referencesIn(
  value: LintContext['root'][string],
  pointer: string,
  depth: number,
): Iterable<{ pointer: string; name: string }> {
  if (typeof value !== 'object' || value === null || depth > 20) return;
  if (isObject(value) && Object.keys(value).length === 1 && typeof value['setting'] === 'string') {
    yield { pointer: `${pointer}/setting`, name: value['setting'] };
    return;
  }
  for (const [key, part] of Object.entries(value)) yield* referencesIn(part, pointer + pointerTo(key), depth + 1);
}
