import { inTurn } from '../../strategies/pick';
import type { Rule } from '../context';
import { pointerTo } from '../finding';

/** W607: a strategy of a list that is never asked, because one before it picks among everybody. */
export const unaskedStrategy: Rule = {
  code: 'W607',
  title: 'Strategy that is never asked',
  *check({ nodes }) {
    for (const { name, node } of nodes.values()) {
      if (node?.type !== 'ring' || typeof node.strategy !== 'object') continue;
      const index = node.strategy.indexOf(inTurn(node.strategy).general);
      const unasked = index < 0 ? undefined : node.strategy[index + 1];
      if (unasked === undefined) continue;
      yield {
        pointer: pointerTo('nodes', name, 'strategy', String(index + 1)),
        message: `"${unasked}" is never asked: "${node.strategy[index] ?? ''}" before it picks among everybody who can be asked. Put it first, or leave it out.`,
      };
    }
  },
};
