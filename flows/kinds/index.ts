import type { FlowNode, NodeKind } from '../flow';
import { autoReply } from './auto-reply';
import { blocklist } from './blocklist';
import { close } from './close';
import { engage } from './engage';
import { forward } from './forward';
import type { Kind, Outcome } from './kind';
import { note } from './note';
import { notify } from './notify';
import { priority } from './priority';
import { ring } from './ring';
import { route } from './route';
import { set } from './set';
import { subflow } from './subflow';
import { switchKind } from './switch';
import { tag } from './tag';
import { transfer } from './transfer';
import { wait } from './wait';
import { webhook } from './webhook';

/** Every node kind of the language; a kind of `flow.ts` that is missing here does not compile. */
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
  webhook,
  forward,
  notify,
  note,
  priority,
  subflow,
};

/** True for the name of a kind. */
export function isKind(name: unknown): name is NodeKind {
  return typeof name === 'string' && Object.hasOwn(kinds, name);
}

/** The kind of that name; null when there is none (a flow that was not checked). */
export function kindNamed(name: unknown): Kind<FlowNode> | null {
  return isKind(name) ? kinds[name] : null;
}

/** The kind of a node. */
export function kindOf(node: FlowNode): Kind<FlowNode> | null {
  return kindNamed(node.type);
}

/** The outcomes a node has, besides `error`. */
export function outcomesOf(kind: Kind<FlowNode>, node: FlowNode): readonly Outcome[] {
  const names = kind.outcomesOf?.(node);
  return names ? kind.outcomes.filter(({ name }) => names.includes(name)) : kind.outcomes;
}
