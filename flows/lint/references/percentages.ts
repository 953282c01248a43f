import type { Rule } from '../context';
import { pointerTo } from '../finding';

/** E602: percentages that are not 100 in all, or stand where nothing goes by percentage. */
export const percentages: Rule = {
  code: 'E602',
  title: 'Percentages are not 100',
  *check({ nodes }) {
    for (const { name, node } of nodes.values()) {
      if (node?.type !== 'route') continue;
      const at = pointerTo('nodes', name, 'destinations');
      if (node.rule !== 'percentage') {
        const index = node.destinations.findIndex(({ percent }) => percent !== undefined);
        if (index < 0) continue;
        const message = `The node "${name}" goes by ${node.rule}, so percentages have no meaning there. Write "rule": "percentage", or lead "routed" to a second route that shares by percentage.`;
        yield { pointer: `${at}/${index}/percent`, message };
        continue;
      }
      const sum = node.destinations.reduce((total, { percent = 0 }) => total + percent, 0);
      if (Math.abs(sum - 100) < 1e-9) continue;
      yield { pointer: at, message: `The percentages of the node "${name}" are ${sum} in all; they must be 100.` };
    }
  },
};
