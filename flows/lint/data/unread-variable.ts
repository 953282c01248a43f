import type { Rule } from '../context';
import { pointerTo } from '../finding';
import { readsOf } from './uses-of';

/** W313: a variable that nothing looks at. */
export const unreadVariable: Rule = {
  code: 'W313',
  title: 'Variable never read',
  *check(context) {
    // Who reads a variable only to count it on has not looked at it.
    const read = new Set(readsOf(context).flatMap(({ variable, into }) => (into === variable ? [] : [variable])));
    for (const name of Object.keys(context.variables)) {
      if (read.has(name)) continue;
      yield {
        pointer: pointerTo('variables', name),
        message: `Nothing reads the variable "${name}". Read it as "vars.${name}" in a condition, or remove it.`,
      };
    }
  },
};
