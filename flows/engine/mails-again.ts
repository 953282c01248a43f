import type { FlowNode } from '../flow';
import { MAX_FORWARDS } from '../kinds/forward';
import { partsAround } from '../subflows/parts';
import { nodeOf, type Run } from './run';

/** Kinds at which a course may rest: what lies behind them is not run at once. */
const MAY_REST: readonly string[] = ['wait', 'ring', 'transfer'];

/**
 * The node by which somebody would get a mail of the engine a second time, when the course goes on at a node and runs
 * until it may rest; null when there is none. Caps count: a mail that the engine would hold back anyway is none.
 */
export function mailsAgain(run: Run, from: string): string | null {
  const seen = new Set([from]);
  // A set hands out what is added while it is walked.
  for (const name of seen) {
    const node = nodeOf(run.flow, name);
    if (!node) continue;
    if (sendsAgain(run, name, node)) return name;
    if (!MAY_REST.includes(node.type)) for (const next of ways(run, name, node)) seen.add(next);
  }
  return null;
}

function sendsAgain({ state, defaults }: Run, name: string, { type }: FlowNode): boolean {
  const { autoReplies, forwards = 0 } = state;
  const visited = Object.hasOwn(state.visits, name);
  if (type === 'auto-reply') return autoReplies > 0 && autoReplies < defaults.autoReplies;
  return type === 'forward' && visited && forwards > 0 && forwards < MAX_FORWARDS;
}

function ways({ flow }: Run, name: string, node: FlowNode): string[] {
  if (node.type === 'switch') return [...node.cases.map(({ next }) => next), node.default];
  const part = flow.parts?.[name];
  if (part) return [part.start];
  if (node.type === 'close') {
    const [caller] = partsAround(flow, name);
    const called = caller === undefined ? null : nodeOf(flow, caller);
    return called && called.type !== 'close' && called.type !== 'switch' ? targets(called.next) : [];
  }
  return targets(node.next);
}

function targets(next: string | Record<string, string> | undefined): string[] {
  if (next === undefined) return [];
  return typeof next === 'string' ? [next] : Object.values(next);
}
