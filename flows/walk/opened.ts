import { pathsRead } from '../expression';
import type { Expression, Flow, FlowNode } from '../flow';

/** A condition that the engine asks about, so that whoever walks may answer it both ways. */
const FREE: Expression = { var: 'contact.known' };

/** What the engine itself knows for certain at each moment of a walk. */
const KNOWN: readonly string[] = ['enquiry.tags', 'enquiry.priority', 'enquiry.awaiting', 'enquiry.reopened'];

/**
 * The flow with every condition opened that reads what mail, people or the clock bring: both ways can be walked. What
 * only reads the flow's own variables and the enquiry's own state stays as it is, so that no impossible way is walked.
 */
export function opened(flow: Flow): Flow {
  const nodes = Object.entries(flow.nodes).map(([name, node]) => [name, openedNode(node)] as const);
  return { ...flow, nodes: Object.fromEntries(nodes) };
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

function openedNode(node: FlowNode): FlowNode {
  if (node.type === 'switch') return { ...node, cases: node.cases.map((one) => ({ ...one, when: free(one.when) })) };
  if (node.type !== 'tag' || !node.rules) return node;
  return { ...node, rules: node.rules.map((rule) => ({ ...rule, when: free(rule.when) })) };
}

function free(condition: Expression): Expression {
  const paths = pathsRead(condition);
  const certain = paths.every((path) => path.startsWith('vars.') || KNOWN.includes(path));
  // A condition that reads nothing is what it is.
  return certain ? condition : FREE;
}
