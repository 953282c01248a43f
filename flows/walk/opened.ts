import { pathsRead } from '../expression';
import type { Expression, Flow, FlowNode } from '../flow';

/** A condition that the engine asks about, so that whoever walks may answer it both ways. */
const FREE: Expression = { var: 'contact.known' };

/** What the engine itself knows for certain at each moment of a walk. */
const KNOWN: readonly string[] = ['enquiry.tags', 'enquiry.priority', 'enquiry.awaiting', 'enquiry.reopened'];

/**
 * The flow with every condition opened that reads what mail, people or the clock bring: both ways can be walked. What
 * only reads the flow's own variables and the enquiry's own state stays as it is, so that no impossible way is walked;
 * a variable that may hold anything somebody else wrote is none of these.
 */
export function opened(flow: Flow): Flow {
  const foreign = foreignVariables(flow);
  const nodes = Object.entries(flow.nodes).map(([name, node]) => [name, openedNode(node, foreign)] as const);
  // Agreed times lead nowhere but to the outcomes of waits; with their clocks no two states were alike.
  const { sla: _sla, ...rest } = flow;
  return { ...rest, nodes: Object.fromEntries(nodes) };
}

/** Variables (as paths) with texts and numbers that come from outside: saved by a `webhook`, made of what is read, or personal. */
function foreignVariables({ nodes, variables = {} }: Flow): ReadonlySet<string> {
  const foreign = new Set(
    Object.keys(variables).flatMap((name) => (variables[name]?.personal ? [`vars.${name}`] : [])),
  );
  const add = (name: string): void => {
    const declared = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (declared && !declared.enum && declared.type !== 'boolean') foreign.add(`vars.${name}`);
  };
  for (const node of Object.values(nodes)) if (node.type === 'webhook') Object.keys(node.save ?? {}).forEach(add);
  // What is made of a foreign one is foreign; each round finds at least one more, or is the last.
  for (let before = -1; foreign.size > before;) {
    before = foreign.size;
    for (const node of Object.values(nodes)) {
      if (node.type !== 'set') continue;
      for (const [name, value] of Object.entries(node.values)) if (!isCertain(value, foreign)) add(name);
    }
  }
  return foreign;
}

/** What conditions look at: two states that differ in nothing of it go the same ways. */
export interface LookedAt {
  paths: ReadonlySet<string>;
  /** Tags that a condition about tags names. */
  tags: ReadonlySet<string>;
}

/** Reads what the conditions of a flow look at. */
export function lookedAt(flow: Flow): LookedAt {
  const conditions = Object.values(flow.nodes).flatMap((node) => {
    if (node.type === 'switch') return node.cases.map(({ when }) => when);
    if (node.type === 'tag') return (node.rules ?? []).map(({ when }) => when);
    return node.type === 'set' ? Object.values(node.values) : [];
  });
  const paths = new Set(conditions.flatMap((condition) => pathsRead(condition)));
  const aboutTags = conditions.filter((condition) => pathsRead(condition).includes('enquiry.tags'));
  return { paths, tags: new Set(aboutTags.flatMap(textsOf)) };
}

/** Every text in an expression. */
function textsOf(expression: Expression): string[] {
  if (typeof expression === 'string') return [expression];
  if (typeof expression !== 'object' || expression === null) return [];
  return (Array.isArray(expression) ? expression : Object.values(expression)).flatMap(textsOf);
}

function openedNode(node: FlowNode, foreign: ReadonlySet<string>): FlowNode {
  const free = (condition: Expression): Expression => (isCertain(condition, foreign) ? condition : FREE);
  if (node.type === 'switch') return { ...node, cases: node.cases.map((one) => ({ ...one, when: free(one.when) })) };
  if (node.type !== 'tag' || !node.rules) return node;
  return { ...node, rules: node.rules.map((rule) => ({ ...rule, when: free(rule.when) })) };
}

/** An expression that reads nothing is what it is. */
function isCertain(expression: Expression, foreign: ReadonlySet<string>): boolean {
  return pathsRead(expression).every((path) => (path.startsWith('vars.') ? !foreign.has(path) : KNOWN.includes(path)));
}
