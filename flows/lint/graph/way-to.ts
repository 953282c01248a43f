import { isObject, type LintContext } from '../context';
import type { Edge } from './graph';

/** Steps that are told at most; of a longer way the last, where the mistake is. */
const MOST_STEPS = 3;

/**
 * The shortest way along these edges by which a mail comes to a node, in words such as `start → share (unroutable) →
 * serve`: from the start, else from where faults lead, else from where a closed enquiry is opened again. Empty when no
 * such way leads there.
 */
export function wayTo({ root }: LintContext, edges: readonly Edge[], name: string): string {
  const { start, onError, closedReply } = root;
  const entries = { start, onError, closedReply: isObject(closedReply) ? closedReply['at'] : undefined };
  for (const [entry, first] of Object.entries(entries)) {
    const steps = typeof first === 'string' ? stepsBetween(first, name, edges) : null;
    if (!steps) continue;
    const told = steps.slice(-MOST_STEPS);
    const from = told.map(({ from: node, by }) => (by === 'done' ? node : `${node} (${by})`));
    return [entry, ...(told.length < steps.length ? ['…'] : []), ...from, name].join(' → ');
  }
  return '';
}

/** The fewest edges from one node to another; null when none lead there. */
function stepsBetween(first: string, name: string, edges: readonly Edge[]): Edge[] | null {
  const found = new Map<string, Edge[]>([[first, []]]);
  // A map hands out what is added while it is walked, so nearer nodes come first.
  for (const [at, steps] of found) {
    if (at === name) return steps;
    for (const edge of edges) if (edge.from === at && !found.has(edge.to)) found.set(edge.to, [...steps, edge]);
  }
  return null;
}
