import type { Rule } from '../context';
import { pointerTo } from '../finding';
import { arrivalsOf, edgesOf, reach } from './graph';
import { looksAt } from './looks-at';

/** W604: an auto-reply that mail comes to without a look at whether a machine wrote it. */
export const answersMachines: Rule = {
  code: 'W604',
  title: 'Auto-reply without a look at message.automatic',
  *check(context) {
    const { nodes } = context;
    const blind = edgesOf(context).filter((edge) => !looksAt(nodes.get(edge.from), edge, 'message.automatic'));
    const reached = reach(arrivalsOf(context), blind);
    for (const { name, node } of nodes.values()) {
      if (node?.type !== 'auto-reply' || !reached.has(name)) continue;
      yield {
        pointer: pointerTo('nodes', name),
        message: `Mail can come to the auto-reply "${name}" without a look at "message.automatic". The engine never answers machines, but what follows takes them for people: put a "switch" before.`,
      };
    }
  },
};
