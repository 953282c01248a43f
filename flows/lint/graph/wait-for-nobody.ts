import type { LintContext, Rule } from '../context';
import { pointerTo } from '../finding';
import { calls } from '../references/called-flows';
import { arrivalsOf, edgesOf, reach, type Edge } from './graph';
import { wayTo } from './way-to';

const ACTS: readonly string[] = ['agent-closed', 'agent-replied', 'transfer-requested'];

/** W212: a `wait` for what an agent does, reachable without an agent or a group's list behind it. */
export const waitForNobody: Rule = {
  code: 'W212',
  title: 'Waiting for an agent that nobody named',
  *check(context) {
    const { root, nodes } = context;
    const unheld = edgesOf(context).filter((edge) => staysAlone(context, edge));
    // At arrivals nobody has the enquiry; who takes or closes one has it.
    const alone = reach(arrivalsOf(context), unheld);
    for (const { name, node } of nodes.values()) {
      if (node?.type !== 'wait' || !alone.has(name)) continue;
      const event = node.for?.find((each) => ACTS.includes(each));
      if (event === undefined || root['start'] === undefined) continue;
      yield {
        pointer: pointerTo('nodes', name),
        message: `The node "${name}" waits for "${event}", but enquiries can come here that no agent and no group has (${wayTo(context, unheld, name)}). Lead it through a "transfer" first: that keeps it in the list of a group.`,
      };
    }
  },
};

/** False for the ways behind which an agent or a group has the enquiry. What cannot be read is trusted. */
function staysAlone(context: LintContext, { from, by }: Edge): boolean {
  const text = context.nodes.get(from);
  const node = text?.node;
  if (!node || calls(context, text, ['route', 'ring', 'transfer'], true)) return false;
  if (node.type === 'route') return by !== 'routed';
  if (node.type === 'ring') return by !== 'accepted';
  return node.type !== 'transfer';
}
