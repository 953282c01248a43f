import type { Flow, NodeKind } from '../../flow';
import type { LintContext, NodeText } from '../context';

/** The flow that a `subflow` calls, when it is known; null for other nodes, and for flows that are not at hand. */
export function calledFlow({ references }: LintContext, { node }: NodeText): Flow | null {
  if (node?.type !== 'subflow' || !references.published) return null;
  return Object.hasOwn(references.published, node.flow) ? (references.published[node.flow] ?? null) : null;
}

/** Whether the flow that a node calls has nodes of one of these kinds; `trusted` stands for a flow that is not at hand. */
export function calls(context: LintContext, text: NodeText, wanted: readonly NodeKind[], trusted: boolean): boolean {
  if (text.kind !== 'subflow') return false;
  const flow = calledFlow(context, text);
  return flow ? Object.values(flow.nodes).some(({ type }) => wanted.includes(type)) : trusted;
}

/** Variables of this flow that a called flow may read and set: those both declare; all, when it is not at hand. */
export function sharedVariables(context: LintContext, text: NodeText): string[] {
  if (text.kind !== 'subflow') return [];
  const flow = calledFlow(context, text);
  const names = Object.keys(context.variables);
  return flow ? names.filter((name) => Object.hasOwn(flow.variables ?? {}, name)) : names;
}
