import type { Json } from '../../flow';
import type { Rule } from '../context';
import { pointerTo } from '../finding';

/** W206: a case that can never match, because an earlier one has the same condition. */
export const repeatedCase: Rule = {
  code: 'W206',
  title: 'A case that can never match',
  *check({ nodes }) {
    for (const { name, node } of nodes.values()) {
      if (node?.type !== 'switch' || node.cases.length < 2) continue;
      const earlier = new Map<string, number>();
      for (const [index, { when }] of node.cases.entries()) {
        const same = earlier.get(sameText(when));
        if (same === undefined) {
          earlier.set(sameText(when), index);
          continue;
        }
        const why = 'has the same condition';
        yield {
          pointer: pointerTo('nodes', name, 'cases', index),
          message: `Case ${index + 1} of the switch "${name}" can never match: case ${same + 1} before it ${why}.`,
          related: [{ pointer: pointerTo('nodes', name, 'cases', same), message: why }],
        };
      }
    }
  },
};

/** The condition as text; operands without brackets are the same as in brackets. */
function sameText(condition: Json): string {
  return JSON.stringify(condition, (_key, value: Json) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, Array.isArray(part) ? part : [part]]));
  });
}
