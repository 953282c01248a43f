import { pathsRead } from '../../expression';
import type { NodeText } from '../context';
import type { Edge } from './graph';

/** True for a way out of a `switch` that has looked at the fact before it leads there. What cannot be read is trusted. */
export function looksAt(from: NodeText | undefined, edge: Edge, path: string): boolean {
  const node = from?.node;
  if (from?.kind === 'switch' && !node) return true;
  if (node?.type !== 'switch') return false;
  const looking = node.cases.findIndex(({ when }) => pathsRead(when).includes(path));
  if (looking < 0) return false;
  return edge.by === 'default' || edge.by === 'error' || Number(edge.by.slice('case '.length)) > looking;
}
