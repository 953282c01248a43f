import { kindNamed } from '../../kinds';
import { isObject, once, type LintContext, type NodeText } from '../context';
import { targetsOf } from '../targets/targets-of';

/** One way from a node to another. */
export interface Edge {
  from: string;
  to: string;
  by: string;
  pointer: string;
  /** False: the course may run along it without any pause. */
  takesTime: boolean;
  /** Taken because somebody outside did something that a `wait` names. */
  outside: boolean;
}

/** The ways between the nodes of a flow. A node that cannot be read counts as one that takes time. */
export function edgesOf(context: LintContext): Edge[] {
  return once(context, computeEdges);
}

function computeEdges(context: LintContext): Edge[] {
  return targetsOf(context).flatMap(({ from, target, by, pointer }) => {
    const text = from === null ? undefined : context.nodes.get(from);
    if (!text) return [];
    const outside = text.kind === 'wait' && by !== 'timeout' && by !== 'error';
    return [{ from: text.name, to: target, by, pointer, takesTime: takesTime(text, by), outside }];
  });
}

function takesTime({ node, kind }: NodeText, by: string): boolean {
  if (!node) return true;
  return kindNamed(kind)?.outcomes.find(({ name }) => name === by)?.takesTime ?? false;
}

/** Where a course may begin: at the start, and wherever the engine itself leads. */
export function entriesOf(context: LintContext): string[] {
  const places = targetsOf(context).filter(({ from }) => from === null);
  return places.map(({ target }) => target);
}

/** Where a mail may come in: the start, the node of reopened enquiries, and where faults lead. */
export function arrivalsOf({ root }: LintContext): string[] {
  const reopened = isObject(root['closedReply']) ? root['closedReply']['at'] : undefined;
  return [root['start'], root['onError'], reopened].filter((name) => typeof name === 'string');
}

/** A way as far as walking it needs. */
type Way = Pick<Edge, 'from' | 'to'>;

/** Every node that can be reached from these. */
export function reach(from: Iterable<string>, edges: readonly Way[]): Set<string> {
  const ways = waysOf(edges);
  const found = new Set(from);
  // A set hands out what is added while it is walked.
  for (const name of found) for (const to of ways.get(name) ?? []) found.add(to);
  return found;
}

/** The loops of a graph: sets of nodes of which each can reach each other (Tarjan's algorithm; at most 200 nodes deep). */
export function loopsOf(names: Iterable<string>, edges: readonly Way[]): string[][] {
  const ways = waysOf(edges);
  const order = new Map<string, number>();
  const stack: string[] = [];
  const loops: string[][] = [];
  const visit = (name: string): number => {
    const number = order.size;
    order.set(name, number);
    stack.push(name);
    let low = number;
    for (const to of ways.get(name) ?? []) {
      if (!order.has(to)) low = Math.min(low, visit(to));
      else if (stack.includes(to)) low = Math.min(low, order.get(to) ?? low);
    }
    if (low === number) {
      const loop = stack.splice(stack.indexOf(name));
      if (loop.length > 1 || ways.get(name)?.includes(name)) loops.push(loop);
    }
    return low;
  };
  for (const name of names) if (!order.has(name)) visit(name);
  return loops;
}

function waysOf(edges: readonly Way[]): Map<string, string[]> {
  const ways = new Map<string, string[]>();
  for (const { from, to } of edges) {
    const known = ways.get(from);
    if (known) known.push(to);
    else ways.set(from, [to]);
  }
  return ways;
}
