import type { LintContext, Rule } from '../context';
import { pointerTo } from '../finding';
import { arrivalsOf, edgesOf, reach, type Edge } from './graph';
import { looksAt } from './looks-at';

/** W606: a close that tells the contact so while he may still wait for an answer of ours. */
export const closedUnanswered: Rule = {
  code: 'W606',
  title: 'Close with a notice while the contact waits for us',
  *check(context) {
    const { root, nodes } = context;
    const unanswered = edgesOf(context).filter((edge) => !answered(context, edge));
    const taken = typeof root['onTaken'] === 'string' ? [root['onTaken']] : [];
    const reached = reach([...arrivalsOf(context), ...taken], unanswered);
    for (const { name, node } of nodes.values()) {
      if (node?.type !== 'close' || node.notify === false || !reached.has(name)) continue;
      yield {
        pointer: pointerTo('nodes', name),
        message: `The close "${name}" tells the contact that the enquiry is over, and it can be reached while he waits for our answer. Look at "enquiry.awaiting" in a "switch" before, or write "notify": false.`,
      };
    }
  },
};

/** Ways behind which it is the contact's turn, an agent has decided, or the flow has looked whose turn it is. */
function answered({ nodes }: LintContext, edge: Edge): boolean {
  const agentDid = edge.outside && (edge.by === 'agent-closed' || edge.by === 'agent-replied');
  return agentDid || looksAt(nodes.get(edge.from), edge, 'enquiry.awaiting');
}
