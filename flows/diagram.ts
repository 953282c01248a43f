import type { Flow, FlowNode } from './flow';
import { kindOf, outcomesOf } from './kinds';

/** The flow as a Mermaid flowchart: a box for each node, an arrow for each outcome, the engine's own ways dotted. */
export function diagram(flow: Flow): string {
  const names = Object.keys(flow.nodes);
  const id = (name: string): string => `n${names.indexOf(name)}`;
  const lines = ['flowchart TD', '  start(( ))', `  start --> ${id(flow.start)}`];
  for (const [name, node] of Object.entries(flow.nodes)) lines.push(`  ${id(name)}${box(name, node)}`);
  for (const [name, node] of Object.entries(flow.nodes)) {
    for (const { label, to } of arrows(node)) {
      if (names.includes(to)) lines.push(`  ${id(name)} -->|${quoted(label)}| ${id(to)}`);
    }
  }
  for (const entry of ['onTaken', 'onClosed', 'onError'] as const) {
    const to = flow[entry];
    if (to !== undefined && names.includes(to)) lines.push(`  ${entry}([${quoted(entry)}]) -.-> ${id(to)}`);
  }
  return `${lines.join('\n')}\n`;
}

function box(name: string, node: FlowNode): string {
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
