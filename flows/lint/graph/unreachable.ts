import type { Rule } from '../context';
import { pointerTo } from '../finding';
import { edgesOf, entriesOf, reach } from './graph';

/** E202: nodes that no course ever comes to; of an island only the first is named, the rest is counted. */
export const unreachable: Rule = {
  code: 'E202',
  title: 'Unreachable node',
  *check(context) {
    const edges = edgesOf(context);
    const reached = reach(entriesOf(context), edges);
    const left = new Set([...context.nodes.keys()].filter((name) => !reached.has(name)));
    if (left.size === 0) return;
    const both = edges.flatMap(({ from, to }) => [
      { from, to },
      { from: to, to: from },
    ]);
    const between = both.filter(({ from, to }) => left.has(from) && left.has(to));
    for (const name of left) {
      const island = [...reach([name], between)];
      for (const member of island) left.delete(member);
      const more = island.length - 1;
      const others =
        more === 0
          ? ''
          : `, nor ${more === 1 ? 'one other node that belongs' : `${more} other nodes that belong`} to it`;
      yield {
        pointer: pointerTo('nodes', name),
        message: `Nothing leads to the node "${name}"${others}. Lead there from another node, or remove it.`,
        related: island
          .filter((member) => member !== name)
          .map((member) => ({ pointer: pointerTo('nodes', member), message: 'cannot be reached either' })),
      };
    }
  },
};
