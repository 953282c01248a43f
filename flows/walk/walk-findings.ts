import type { Flow, FlowNode, SwitchNode } from '../flow';
import { loopsOf } from '../lint/graph/graph';
import { placeFindings } from '../lint';
import { pointerTo, type Finding, type Found } from '../lint/finding';
import { isOwn, ownNode } from '../subflows/parts';
import { walkFlow } from './walk';

/**
 * What walking a sound flow shows, with its places in the flow's text: circles without a pause that the engine really runs (E206), and nodes or cases that no
 * course ever comes to, though ways lead there (W213). Nothing is said of what a walk that was too long did not see.
 */
export function walkFindings(text: string, flow: Flow, maxSteps?: number): Finding[] {
  return placeFindings(text, walked(flow, maxSteps));
}

function walked(flow: Flow, maxSteps?: number): { code: string; found: Found }[] {
  const { complete, nodes, ways, immediate, parked } = walkFlow(flow, maxSteps);
  const found: { code: string; found: Found }[] = [...circles(flow, immediate), ...stuck(flow, parked)];
  if (!complete || found.length > 0) return found;
  const own = Object.entries(flow.nodes).filter(([name]) => isOwn(flow, name));
  return own.flatMap(([name, node]) => {
    if (nodes.has(name)) return node.type === 'switch' ? untakenCases(name, node, ways) : [];
    // Behind a case that is never taken, or a node that is never come to, it would only be an echo.
    const direct = Object.entries(flow.nodes).some(([from, each]) => nodes.has(from) && leadsTo(each, name));
    const message = `No course ever comes to the node "${name}": what leads there never happens.`;
    return direct ? [{ code: 'W213', found: { pointer: pointerTo('nodes', name), message } }] : [];
  });
}

function untakenCases(
  name: string,
  { cases }: SwitchNode,
  ways: ReadonlySet<string>,
): { code: string; found: Found }[] {
  return [...cases.keys()]
    .filter((index) => !ways.has(`${name} case ${index + 1}`))
    .map((index) => ({
      code: 'W213',
      found: {
        pointer: pointerTo('nodes', name, 'cases', index),
        message: `Case ${index + 1} of the switch "${name}" is never taken: when the course comes here its condition does not hold, or an earlier case holds as well.`,
      },
    }));
}

/** By an outcome, or as the `default` of a switch; its cases are told of by themselves. */
function leadsTo(node: FlowNode, name: string): boolean {
  if (node.type === 'switch') return node.default === name;
  if (!('next' in node) || node.next === undefined) return false;
  return typeof node.next === 'string' ? node.next === name : Object.values(node.next).includes(name);
}

/** What goes wrong inside a flow that this one calls is shown at the node that calls it. */
const placeOf = (flow: Flow, name: string): string => pointerTo('nodes', ownNode(flow, name));

function circles(
  flow: Flow,
  immediate: readonly { from: string; to: string; node: string }[],
): { code: string; found: Found }[] {
  const nodeOf = new Map(immediate.map(({ to, node }) => [to, node]));
  const loops = loopsOf(new Set(immediate.map(({ from }) => from)), immediate);
  const rounds = new Set(loops.map((loop) => [...new Set(loop.map((key) => nodeOf.get(key) ?? ''))].join('", "')));
  return [...rounds].map((names) => {
    const message = `The engine goes round without a pause at "${names}". Put a "wait" between.`;
    return { code: 'E206', found: { pointer: placeOf(flow, names.split('", "')[0] ?? ''), message } };
  });
}

function stuck(flow: Flow, parked: ReadonlyMap<string, string>): { code: string; found: Found }[] {
  return [...parked].map(([node, reason]) => ({
    code: 'E206',
    found: {
      pointer: node === '' ? '' : placeOf(flow, node),
      message: `The engine would stop at "${node}". ${reason}`,
    },
  }));
}
