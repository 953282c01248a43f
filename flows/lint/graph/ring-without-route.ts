import type { Rule } from '../context';
import { pointerTo } from '../finding';
import { calls } from '../references/called-flows';
import { arrivalsOf, edgesOf, reach } from './graph';
import { wayTo } from './way-to';

/** W214: a `ring` for the routed group that enquiries come to before any `route` has picked one; it ends at once. */
export const ringWithoutRoute: Rule = {
  code: 'W214',
  title: 'Ring before any route',
  *check(context) {
    const { nodes } = context;
    // What cannot be read may well route.
    const unrouted = edgesOf(context).filter(({ from, by }) => {
      const text = nodes.get(from);
      if (!text?.node || calls(context, text, ['route'], true)) return false;
      return !(text.kind === 'route' && by === 'routed');
    });
    const reached = reach(arrivalsOf(context), unrouted);
    for (const { name, node } of nodes.values()) {
      if (node?.type !== 'ring' || node.to !== 'routed-group' || !reached.has(name)) continue;
      yield {
        pointer: pointerTo('nodes', name),
        message: `Enquiries can come to the ring "${name}" before any "route" has picked a group (${wayTo(context, unrouted, name)}): it then ends with "unavailable" at once. Lead through a "route" first.`,
      };
    }
  },
};
