import type { Rule } from '../context';
import { suggest } from '../suggest';
import { targetsOf } from './targets-of';

/** E201: something leads to a node that does not exist. */
export const danglingTarget: Rule = {
  code: 'E201',
  title: 'Dangling target',
  *check(context) {
    for (const { pointer, target, from, by } of targetsOf(context)) {
      if (context.nodes.has(target)) continue;
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
