import type { Flow, VariableDeclaration } from './flow';
import { fits } from './kinds/variable-values';
import { openVariables } from './personal';
import { ENGINE, type EnquiryState, type WaitRest } from './state';

/** A run that is to go on with another revision. */
export interface Migration {
  from: Flow;
  to: Flow;
  state: EnquiryState;
  /** Names of nodes in the new revision, by those of the old one, where they are others. */
  map?: Readonly<Record<string, string>>;
}

/** The state the new revision goes on with, or every reason why it cannot. */
export type Migrated = { state: EnquiryState } | { refusals: string[] };

/**
 * Takes a resting run over to another revision: same rest, same time left, same people. Only from a `wait` or a `ring`
 * to a node of the same kind, and only when the new revision's variables can hold what the old one's do. Pure.
 */
export function migrate({ from, to, state, map = {} }: Migration): Migrated {
  const named = (node: string): string => (Object.hasOwn(map, node) ? (map[node] ?? node) : node);
  const refusals = [...standing(state), ...nodeRefusals(from, to, state, named), ...variableRefusals(from, to, state)];
  const { rest } = state;
  if (refusals.length > 0 || !rest || state.node === null) return { refusals };
  const node = named(state.node);
  return {
    state: {
      ...state,
      node,
      vars: varsOf(to, state),
      ...keptIn(to, state),
      visits: visitsOf(state, named),
      rest: rest.kind === 'wait' ? waitIn(to, rest, node) : { ...rest, node },
      failing: false,
    },
  };
}

/** What of the run itself stands in the way. */
function standing(state: EnquiryState): string[] {
  if (state.engine !== ENGINE) return [`It was begun by another engine (${state.engine}; this is ${ENGINE}).`];
  if (state.status === 'closed') return ['It is closed.'];
  if (state.rest?.kind === 'parked') return ['It is parked: a supervisor has to send it on first.'];
  if (state.asking || !state.rest) return ['It is in the middle of a step; try again in a moment.'];
  if (state.ringing && state.ringing.purpose !== 'ring')
    return ['It is being transferred; try again when that is over.'];
  return [];
}

function nodeRefusals(from: Flow, to: Flow, { node, rest }: EnquiryState, named: (node: string) => string): string[] {
  if (node === null || !rest || rest.kind === 'parked') return [];
  const kind = rest.kind === 'wait' ? 'wait' : 'ring';
  const before = Object.hasOwn(from.nodes, node) ? from.nodes[node]?.type : undefined;
  if (before !== kind)
    return [`It rests at "${node}", which is a ${before ?? 'node of no kind'}; only wait and ring can be taken over.`];
  const name = named(node);
  const after = Object.hasOwn(to.nodes, name) ? to.nodes[name] : undefined;
  if (!after) return [`The new revision has no node "${name}"; name the node that takes its place.`];
  return after.type === kind ? [] : [`"${name}" is a ${after.type} in the new revision, and it rests at a ${kind}.`];
}

function variableRefusals({ variables: before = {} }: Flow, { variables = {} }: Flow, state: EnquiryState): string[] {
  const { vars, kept = {} } = state;
  return Object.entries(variables).flatMap(([name, declared]) => {
    const known = Object.hasOwn(before, name) ? before[name] : undefined;
    if (known && (known.personal === true) !== (declared.personal === true)) {
      return [`The variable "${name}" is personal in one of the two revisions only.`];
    }
    if (known && Object.hasOwn(kept, name) && !holdsAll(declared, known)) {
      return [`The variable "${name}" is personal, and what it holds may not fit: keep its "type" and "enum".`];
    }
    const value = Object.hasOwn(vars, name) ? vars[name] : undefined;
    if (value === undefined) return [];
    return fits(declared, value) ? [] : [`The variable "${name}" holds ${JSON.stringify(value)}, which does not fit.`];
  });
}

function varsOf(to: Flow, { vars }: EnquiryState): EnquiryState['vars'] {
  const entries = openVariables(to).map(([name, declared]) => [
    name,
    Object.hasOwn(vars, name) ? (vars[name] ?? declared.default) : declared.default,
  ]);
  return Object.fromEntries(entries) as EnquiryState['vars'];
}

/** What a personal variable holds nobody looks at here: whatever fitted before must fit. */
function holdsAll(declared: VariableDeclaration, known: VariableDeclaration): boolean {
  if (declared.type !== known.type && !(declared.type === 'number' && known.type === 'integer')) return false;
  return !declared.enum || (known.enum ?? [undefined]).every((each) => declared.enum?.some((other) => other === each));
}

/** Values that the store keeps go on, where the new revision has the variable. */
function keptIn({ variables = {} }: Flow, { kept }: EnquiryState): Pick<EnquiryState, 'kept'> {
  if (!kept) return {};
  return { kept: Object.fromEntries(Object.entries(kept).filter(([name]) => Object.hasOwn(variables, name))) };
}

/** Nodes that become one have been come to as often as all of them: by its visits another system knows a repeat. */
function visitsOf({ visits }: EnquiryState, named: (node: string) => string): EnquiryState['visits'] {
  const counts = new Map<string, number>();
  for (const [name, count] of Object.entries(visits)) {
    counts.set(named(name), (counts.get(named(name)) ?? 0) + count);
  }
  return Object.fromEntries(counts);
}

/** It waits for what the new node names, as long as it had left. */
function waitIn(to: Flow, rest: WaitRest, name: string): WaitRest {
  const node = to.nodes[name];
  return node?.type === 'wait' ? { ...rest, node: name, for: node.for ?? [] } : rest;
}
