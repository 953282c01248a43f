import { isKind } from '../../kinds';
import type { Rule } from '../context';
import { pointerTo } from '../finding';
import { edgesOf, entriesOf, reach } from './graph';

/** E207: nodes from which no way leads to a `close`. */
export const noWayToClose: Rule = {
  code: 'E207',
  title: 'No way to a close',
  *check(context) {
    const edges = edgesOf(context);
    // A node whose kind is mistyped may be a close.
    const closes = [...context.nodes.values()]
      .filter(({ kind }) => kind === 'close' || !isKind(kind))
      .map(({ name }) => name);
    // Without any close at all E209 has said it.
    if (closes.length === 0) return;
    const backwards = edges.map(({ from, to }) => ({ from: to, to: from }));
    const closing = reach(closes, backwards);
    const reached = reach(entriesOf(context), edges);
    const stuck = [...context.nodes.keys()].filter((name) => reached.has(name) && !closing.has(name));
    const [first, ...others] = stuck;
    if (first === undefined) return;
    const more = others.length === 0 ? '' : ` The same is true of ${others.map((name) => `"${name}"`).join(', ')}.`;
    yield {
      pointer: pointerTo('nodes', first),
      message: `From the node "${first}" no way leads to a "close": its enquiries stay open for ever.${more}`,
      related: others.map((name) => ({ pointer: pointerTo('nodes', name), message: 'leads to no close either' })),
    };
  },
};
