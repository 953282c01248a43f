import type { Flow, FlowNode } from './flow';
import { kindOf, outcomesOf } from './kinds';
import { partsAround } from './subflows/parts';

/**
 * The flow as a Mermaid flowchart: a box for each node, an arrow for each outcome, the engine's own ways dotted, a frame
 * around each flow that is called.
 */
export function diagram(flow: Flow): string {
  const names = Object.keys(flow.nodes);
  const id = (name: string): string => `n${names.indexOf(name)}`;
  const lines = ['flowchart TD', '  start(( ))', `  start --> ${id(flow.start)}`, ...boxes(flow, null, id)];
  for (const [name, node] of Object.entries(flow.nodes)) {
    for (const { label, to } of arrowsOf(flow, name, node)) {
      if (names.includes(to)) lines.push(`  ${id(name)} -->|${quoted(label)}| ${id(to)}`);
    }
  }
  for (const entry of ['onTaken', 'onClosed', 'onError'] as const) {
    const to = flow[entry];
    if (to !== undefined && names.includes(to)) lines.push(`  ${entry}([${quoted(entry)}]) -.-> ${id(to)}`);
  }
  return `${lines.join('\n')}\n`;
}

/** The boxes of one level, with the frames of the flows that are called from there. */
function boxes(flow: Flow, part: string | null, id: (name: string) => string, indent = '  '): string[] {
  const here = Object.entries(flow.nodes).filter(([name]) => (partsAround(flow, name)[0] ?? null) === part);
  return here.flatMap(([name, node]) => {
    const box = `${indent}${id(name)}${boxOf(part === null ? name : name.slice(part.length + 1), node)}`;
    const called = flow.parts?.[name];
    if (!called) return [box];
    const frame = `${indent}subgraph s${id(name)} [${quoted(called.flow)}]`;
    return [box, frame, ...boxes(flow, name, id, `${indent}  `), `${indent}end`];
  });
}

/** Into a called flow and out of it where it ends; the other ways are those of the node. */
function arrowsOf(flow: Flow, name: string, node: FlowNode): { label: string; to: string }[] {
  const start = flow.parts?.[name]?.start;
  if (start !== undefined)
    return [{ label: 'runs', to: start }, ...arrows(node).filter(({ label }) => label === 'error')];
  const [part] = partsAround(flow, name);
  const caller = part === undefined ? undefined : flow.nodes[part];
  if (node.type === 'close' && caller) return arrows(caller).filter(({ label }) => label === 'done');
  return arrows(node);
}

function boxOf(name: string, node: FlowNode): string {
  const label = quoted(`${name}<br/><small>${node.type}</small>`);
  if (node.type === 'switch') return `{${label}}`;
  if (node.type === 'close') return `([${label}])`;
  return node.type === 'wait' || node.type === 'ring' ? `[/${label}/]` : `[${label}]`;
}

function arrows(node: FlowNode): { label: string; to: string }[] {
  if (node.type === 'switch') {
    return [
      ...node.cases.map(({ next }, index) => ({ label: `case ${index + 1}`, to: next })),
      { label: 'default', to: node.default },
    ];
  }
  if (node.type === 'close' || node.next === undefined) return [];
  const { next } = node;
  if (typeof next === 'string') {
    const kind = kindOf(node);
    return [{ label: (kind && outcomesOf(kind, node)[0]?.name) ?? 'done', to: next }];
  }
  return Object.entries(next).map(([label, to]) => ({ label, to }));
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '#quot;')}"`;
}
