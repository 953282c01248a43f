import { pathsRead } from '../expression';
import type { Expression, Flow, FlowNode } from '../flow';

/** What each node of a flow reads to decide: paths of facts, `time.now` for opening hours, `enquiry.id` for percentages. */
export function factsRead(flow: Flow): ReadonlyMap<string, readonly string[]> {
  return new Map(Object.entries(flow.nodes).map(([name, node]) => [name, readBy(node)]));
}

function readBy(node: FlowNode): string[] {
  if (node.type === 'route') {
    if (node.rule === 'sequence') return [];
    return [node.rule === 'schedule' ? 'time.now' : 'enquiry.id'];
  }
  const paths = expressionsOf(node).flatMap((expression) => pathsRead(expression));
  return [...new Set(paths.map((path) => (path.startsWith('time.') && path !== 'time.open' ? 'time.now' : path)))];
}

/** The conditions and values a node computes. */
export function expressionsOf(node: FlowNode): Expression[] {
  if (node.type === 'switch') return node.cases.map(({ when }) => when);
  if (node.type === 'tag') return (node.rules ?? []).map(({ when }) => when);
  return node.type === 'set' ? Object.values(node.values) : [];
}
