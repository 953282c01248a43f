import type { Json } from '../../flow';
import { kindNamed } from '../../kinds';
import { isObject, once, type LintContext, type NodeText } from '../context';
import { pointerTo } from '../finding';

/** A place of the flow that names a node. */
export interface TargetPlace {
  pointer: string;
  target: string;
  /** The node that leads there; null for `start`, `onError` and the like. */
  from: string | null;
  /** The outcome, `case 2`, `default`, or the property of the flow. */
  by: string;
}

/** Properties of a flow that name a node. */
export const ENTRIES = ['start', 'onError', 'onTaken', 'onClosed'] as const;

/** Every place that names a node, read from sound nodes and unsound ones alike. */
export function targetsOf(context: LintContext): readonly TargetPlace[] {
  return once(context, allTargets);
}

function allTargets(context: LintContext): TargetPlace[] {
  return [...findTargets(context)];
}

function* findTargets(context: LintContext): Iterable<TargetPlace> {
  const { root, nodes } = context;
  for (const by of ENTRIES) yield* place(pointerTo(by), root[by], null, by);
  if (isObject(root['closedReply'])) yield* place('/closedReply/at', root['closedReply']['at'], null, 'closedReply');
  for (const node of nodes.values()) yield* targetsOfNode(node);
}

/** The places of one node that name another. */
function* targetsOfNode({ name, kind, json }: NodeText): Iterable<TargetPlace> {
  const at = pointerTo('nodes', name);
  const { next, cases } = json;
  if (isObject(next)) {
    for (const [outcome, target] of Object.entries(next))
      yield* place(at + pointerTo('next', outcome), target, name, outcome);
  } else if ((kindNamed(kind)?.outcomes.length ?? 1) === 1) yield* place(`${at}/next`, next, name, 'done');
  for (const [index, one] of (Array.isArray(cases) ? cases : []).entries()) {
    if (isObject(one)) yield* place(`${at}/cases/${index}/next`, one['next'], name, `case ${index + 1}`);
  }
  if (Array.isArray(cases)) yield* place(`${at}/default`, json['default'], name, 'default');
}

function* place(pointer: string, target: Json | undefined, from: string | null, by: string): Iterable<TargetPlace> {
  if (typeof target === 'string') yield { pointer, target, from, by };
}
