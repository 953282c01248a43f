import type { Flow, FlowNode } from '../flow';
import { kindOf, outcomesOf } from '../kinds';
import { placeFindings } from '../lint';
import { pointerTo, type Finding } from '../lint/finding';
import { isOwn } from '../subflows/parts';
import type { FlowTestResult } from './flow-test';

/** How many of a flow's outcomes its tests take, and a finding (W801) for each that none takes. */
export interface Coverage {
  taken: number;
  total: number;
  findings: Finding[];
}

/** Compares the ways the tests took with all that the flow has: outcomes, cases, `default`, and `error` where it is named. */
export function coverageOf(text: string, flow: Flow, results: readonly FlowTestResult[]): Coverage {
  const took = new Set(
    results.flatMap(({ simulation }) => simulation.trace.map(({ node, outcome }) => `${node ?? ''} ${outcome ?? ''}`)),
  );
  // Of a flow that it calls, that one's own tests tell.
  const own = Object.entries(flow.nodes).filter(([name]) => isOwn(flow, name));
  const all = own.flatMap(([name, node]) =>
    waysOut(node).map((way) => ({ name, ...way, pointer: pointerTo('nodes', name) + way.pointer })),
  );
  const missed = all.filter(({ name, outcome }) => !took.has(`${name} ${outcome}`));
  const found = missed.map(({ name, outcome, pointer }) => ({
    code: 'W801',
    found: { pointer, message: `No test takes "${outcome}" of the node "${name}".` },
  }));
  return { taken: all.length - missed.length, total: all.length, findings: placeFindings(text, found) };
}

function waysOut(node: FlowNode): { outcome: string; pointer: string }[] {
  if (node.type === 'switch') {
    const cases = node.cases.map((_, index) => ({ outcome: `case ${index + 1}`, pointer: `/cases/${index}` }));
    return [...cases, { outcome: 'default', pointer: '/default' }];
  }
  const kind = kindOf(node);
  if (!kind || !('next' in node)) return [];
  const { next } = node;
  // A list rings nobody: it ends when an agent takes it, or by "unavailable" when its time is over.
  const never = node.type === 'ring' && node.strategy === 'none' ? ['timeout'] : [];
  const names = outcomesOf(kind, node).flatMap(({ name }) => (never.includes(name) ? [] : [name]));
  if (typeof next === 'object' && next['error'] !== undefined) names.push('error');
  return names.map((outcome) => ({
    outcome,
    pointer: typeof next === 'object' ? `/next${pointerTo(outcome)}` : '/next',
  }));
}
