import type { FlowNode, NodeKind } from '../flow';
import { autoReply } from './auto-reply';
import { blocklist } from './blocklist';
import { close } from './close';
import { engage } from './engage';
import type { Kind } from './kind';
import { ring } from './ring';
import { route } from './route';
import { set } from './set';
import { switchKind } from './switch';
import { tag } from './tag';
import { transfer } from './transfer';
import { wait } from './wait';

/** Every node kind of this release; a kind of `flow.ts` that is missing here does not compile. */
export const kinds: { readonly [K in NodeKind]: Kind<Extract<FlowNode, { type: K }>> } = {
  blocklist,
  switch: switchKind,
  tag,
  set,
  'auto-reply': autoReply,
  route,
  ring,
  engage,
  wait,
  transfer,
  close,
};

/** Kinds of the flow language that this release does not run; the linter says so instead of "unknown". */
export const KINDS_NOT_BUILT: readonly string[] = ['webhook', 'forward', 'notify', 'note', 'priority', 'subflow'];

/** The kind of a node; null when the type names none (a flow that was not checked). */
export function kindOf(node: FlowNode): Kind<FlowNode> | null {
  return Object.hasOwn(kinds, node.type) ? kinds[node.type] : null;
}
