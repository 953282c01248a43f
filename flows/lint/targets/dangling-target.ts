import { isObject, type Rule } from '../context';
import { suggest } from '../suggest';
import { targetsOf } from './targets-of';

/** E201: something leads to a node that does not exist. */
export const danglingTarget: Rule = {
  code: 'E201',
  title: 'Dangling target',
  *check(context) {
    // Without nodes nothing can be named; that they are missing is told.
    const named = context.root['nodes'];
    if (!isObject(named) || Object.keys(named).length === 0) return;
    for (const { pointer, target, from, by } of targetsOf(context)) {
      // One that is no node yet stands there all the same; E110 tells of it.
      if (Object.hasOwn(named, target)) continue;
      const who = from === null ? `"${by}"` : `The node "${from}" (${by})`;
      const hint = suggest(target, context.nodes.keys());
      yield {
        pointer,
        message: `${who} leads to "${target}", and the flow has no node of that name.`,
        ...(hint ? { suggestion: hint } : {}),
      };
    }
  },
};
