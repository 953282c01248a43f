import type { Flow, FlowNode, FlowPart, SubflowNode } from '../flow';
import { movedNode, type NewNames } from './moved';

/** A flow that another may call: whole itself, with what it calls linked in. */
export interface CallableFlow {
  flow: Flow;
  /** Its published number; 0 for a draft. */
  revision: number;
}

/**
 * The flow with every flow it calls built in, so that `step`, the simulator and the walk see one flow: the nodes of the
 * other are named `CALLER/NODE`, and so are its variables and settings, unless this flow declares one of the same name:
 * then the two are one. A call of what `called` does not hold stays as it is. Pure; the flow itself is not changed.
 */
export function linkFlow(flow: Flow, called: ReadonlyMap<string, CallableFlow>): Flow {
  const calls = callsOf(flow).flatMap(({ node, calls: id }) => {
    const other = called.get(id);
    return other ? [{ node, other }] : [];
  });
  if (calls.length === 0) return flow;
  const linked: Flow = {
    ...flow,
    variables: { ...flow.variables },
    settings: { ...flow.settings },
    nodes: { ...flow.nodes },
    parts: { ...flow.parts },
  };
  for (const { node, other } of calls) build(linked, flow, node, other);
  return linked;
}

/** The nodes of a flow that call another, with its id; those of linked parts are not among them. */
export function callsOf({ nodes }: Flow): { node: string; calls: string }[] {
  return Object.entries(nodes).flatMap(([node, each]) =>
    isCall(each) && !node.includes('/') ? [{ node, calls: each.flow }] : [],
  );
}

function build(linked: Flow, caller: Flow, at: string, { flow: other, revision }: CallableFlow): void {
  const names = newNames(caller, at);
  const { variables, settings, parts } = linked;
  for (const [name, declared] of Object.entries(other.variables ?? {})) {
    if (variables) variables[names.variable(name)] ??= declared;
  }
  for (const [name, declared] of Object.entries(other.settings ?? {})) {
    if (settings) settings[names.setting(name)] ??= declared;
  }
  for (const [name, node] of Object.entries(other.nodes)) linked.nodes[names.node(name)] = movedNode(node, names);
  if (!parts) return;
  parts[at] = partOf({ flow: other.id, revision, ...other }, names);
  for (const [name, part] of Object.entries(other.parts ?? {})) parts[names.node(name)] = partOf(part, names);
}

function partOf({ flow, revision, start, onError, timezone }: FlowPart, { node }: NewNames): FlowPart {
  return {
    flow,
    revision,
    start: node(start),
    ...(onError === undefined ? {} : { onError: node(onError) }),
    ...(timezone === undefined ? {} : { timezone }),
  };
}

function newNames({ variables = {}, settings = {} }: Flow, at: string): NewNames {
  const inside = (name: string): string => `${at}/${name}`;
  return {
    node: inside,
    variable: (name) => (Object.hasOwn(variables, name) ? name : inside(name)),
    setting: (name) => (Object.hasOwn(settings, name) ? name : inside(name)),
  };
}

function isCall(node: FlowNode): node is SubflowNode {
  return node.type === 'subflow';
}
