import type { Flow, Json } from './flow';
import { kindNamed } from './kinds';
import { knownProperties } from './schema';

const WIDTH = 120;

/**
 * The one way a flow is written: known properties in the order of the language, nodes and whatever else has names of
 * the author's in his order, 120 columns, two spaces, a line feed at the end. Text in this form comes back byte for byte;
 * the sha-256 of a revision is taken of it.
 */
export function canonical(flow: Flow | Json): string {
  // A flow is JSON; its interfaces only lack the index signature.
  const json: unknown = flow;
  return `${written(ordered(json, []), 0, 0, true)}\n`;
}

interface Ordered {
  entries: [string, Node][];
}
type Node = string | Ordered | Node[];

/** JSON with the properties of each object in order; scalars already as text. */
function ordered(value: unknown, path: string[], kind: string | null = null): Node {
  if (Array.isArray(value)) return value.map((item) => ordered(item, [...path, '*'], kind));
  if (typeof value !== 'object' || value === null) return scalar(value);
  const ownKind =
    path.length === 2 && path[0] === 'nodes' && 'type' in value && typeof value.type === 'string' ? value.type : kind;
  const order = orderAt(path, ownKind);
  const rank = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length);
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  // `sort` is stable: names that have no rank stay as the author put them.
  const sorted = order.length === 0 ? entries : entries.toSorted(([a], [b]) => rank(a) - rank(b));
  return { entries: sorted.map(([name, part]) => [name, ordered(part, [...path, name], ownKind)]) };
}

/** What stands for a character that was lost is written so that the reader takes it for meant. */
function scalar(value: unknown): string {
  return (JSON.stringify(value) ?? 'null').replaceAll('\uFFFD', '\\ufffd');
}

/** Properties in the order of the language; empty where names are the author's. */
function orderAt(path: string[], kind: string | null): string[] {
  const [root, , part, item] = path;
  if (root === undefined) return knownProperties(null);
  if (root === 'closedReply') return ['reopenWithin', 'at'];
  if (root === 'idleClose') return ['after', 'warnBefore', 'warning', 'notify'];
  if (root === 'sla') return ['firstResponse', 'resolution', 'warnBefore'];
  if (path.length === 2 && (root === 'variables' || root === 'settings')) {
    return ['type', 'title', 'enum', 'default', 'personal', 'comment'];
  }
  if (root !== 'nodes' || kind === null) return [];
  if (path.length === 2) return knownProperties(kind);
  if (part === 'next') return [...(kindNamed(kind)?.outcomes ?? []).map(({ name }) => name), 'error'];
  if (part === 'to' || (part === 'destinations' && path.length === 4)) return ['group', 'agent', 'percent', 'hours'];
  if (part === 'request' && path.length === 3) return ['method', 'path', 'query', 'body'];
  if (part === 'retry') return ['maxAttempts', 'interval', 'backoffRate'];
  const isCase = (part === 'cases' || part === 'rules') && item === '*' && path.length === 4;
  return isCase ? ['when', 'next', 'add', 'comment'] : [];
}

/** Text of a value that begins at `column` after `indent` spaces; `broken` forces one line for each part. */
function written(node: Node, indent: number, column: number, broken = false): string {
  if (typeof node === 'string') return node;
  const line = inline(node);
  // Room for the comma that may follow.
  if (!broken && !breaks(node) && column + line.length + 1 <= WIDTH) return line;
  const [open, close] = Array.isArray(node) ? '[]' : '{}';
  const pad = ' '.repeat(indent + 2);
  const parts = Array.isArray(node)
    ? node.map((item) => pad + written(item, indent + 2, indent + 2))
    : node.entries.map(([name, part]) => {
        const label = `${pad}${scalar(name)}: `;
        return label + written(part, indent + 2, label.length);
      });
  return parts.length === 0 ? line : `${open}\n${parts.join(',\n')}\n${' '.repeat(indent)}${close}`;
}

function inline(node: Node): string {
  if (typeof node === 'string') return node;
  if (Array.isArray(node)) return `[${node.map(inline).join(', ')}]`;
  if (node.entries.length === 0) return '{}';
  return `{ ${node.entries.map(([name, part]) => `${scalar(name)}: ${inline(part)}`).join(', ')} }`;
}

/** Lists of objects with several properties, and whatever holds one, are written one to a line. */
function breaks(node: Node): boolean {
  if (typeof node === 'string') return false;
  const parts = Array.isArray(node) ? node : node.entries.map(([, part]) => part);
  const table = Array.isArray(node) && node.length > 1 && node.every((item) => isWide(item));
  return table || parts.some(breaks);
}

function isWide(node: Node): boolean {
  return typeof node === 'object' && !Array.isArray(node) && node.entries.length > 1;
}
