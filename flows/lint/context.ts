import type { Flow, FlowNode, Json, SettingDeclaration, VariableDeclaration } from '../flow';
import { schemaFaults, type SchemaFault } from '../generated/validate-flow';
import { isKind } from '../kinds';
import { stepsOf } from './finding';

/** A JSON object of the flow; it has no prototype, so that no name finds anything inherited. */
export type JsonObject = Record<string, Json>;

/** What exists outside the flow, by slug; a list that is absent is not checked. */
export interface References {
  groups?: readonly string[];
  agents?: readonly string[];
  templates?: readonly string[];
  lists?: readonly string[];
  connections?: readonly string[];
  tags?: readonly string[];
  /** Ids of published flows, for `subflow`. */
  flows?: readonly string[];
  /** The flows that a `subflow` would call, by id, with what they call linked in; one that is absent is not looked into. */
  published?: Readonly<Record<string, Flow>>;
  /** Groups that have no agents. */
  emptyGroups?: readonly string[];
  /** Languages a template must have, and those each template has. */
  languages?: readonly string[];
  templateLanguages?: Readonly<Record<string, readonly string[]>>;
}

/** A node as far as it could be read. */
export interface NodeText {
  name: string;
  json: JsonObject;
  /** The word under `type`. */
  kind: string | null;
  /** The node, when its shape is sound; rules of later layers look only at these. */
  node: FlowNode | null;
}

/** One flow under the linter: what rules look at. */
export interface LintContext {
  root: JsonObject;
  nodes: ReadonlyMap<string, NodeText>;
  variables: Readonly<Record<string, VariableDeclaration>>;
  settings: Readonly<Record<string, SettingDeclaration>>;
  /** Faults of the shape, without those that only repeat another. */
  faults: readonly SchemaFault[];
  references: References;
  /** What several rules need, computed by the first of them. */
  computed: Map<unknown, unknown>;
}

/** Computes something of a flow once for all rules. */
export function once<T>(context: LintContext, make: (context: LintContext) => T): T {
  if (!context.computed.has(make)) context.computed.set(make, make(context));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- kept under the function that made it
  return context.computed.get(make) as T;
}

/** A rule of the linter: one code, one file, one page in docs/lint. */
export interface Rule {
  code: string;
  /** What is wrong where this code stands, in one line. */
  title: string;
  check(context: LintContext): Iterable<import('./finding').Found>;
}

/** True for a JSON object. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads what can be read of a flow. `root` must be an object. */
export function contextOf(root: JsonObject, references: References): LintContext {
  const faults = withoutEchoes(schemaFaults(root));
  const broken = new Set(faults.map(({ instancePath }) => stepsOf(instancePath)).flatMap(brokenNode));
  const nodes = new Map<string, NodeText>();
  for (const [name, json] of Object.entries(isObject(root['nodes']) ? root['nodes'] : {})) {
    if (!isObject(json)) continue;
    const kind = typeof json['type'] === 'string' ? json['type'] : null;
    const sound = isKind(kind) && !broken.has(name);
    nodes.set(name, { name, json, kind, node: sound ? asNode(json) : null });
  }
  const soundPart = (name: 'variables' | 'settings'): boolean =>
    !faults.some(({ instancePath }) => instancePath.startsWith(`/${name}`)) && isObject(root[name]);
  const flow = asFlow(root);
  return {
    root,
    nodes,
    variables: soundPart('variables') ? (flow.variables ?? {}) : {},
    settings: soundPart('settings') ? (flow.settings ?? {}) : {},
    faults,
    references,
    computed: new Map(),
  };
}

/** One fault for a place: what the branches of an `anyOf` found is summed up in the `anyOf`. */
function withoutEchoes(faults: readonly SchemaFault[]): SchemaFault[] {
  const choices = faults.filter(({ keyword }) => keyword === 'anyOf').map(({ instancePath }) => instancePath);
  const seen = new Set<string>();
  return faults.filter(({ instancePath, keyword, params }) => {
    if (keyword === 'discriminator') return false;
    const inChoice = choices.some((path) => instancePath === path || instancePath.startsWith(`${path}/`));
    if (keyword !== 'anyOf' && inChoice) return false;
    const key = JSON.stringify([instancePath, keyword, params]);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function brokenNode([root, name]: string[]): string[] {
  return root === 'nodes' && name !== undefined ? [name] : [];
}

// The schema has vouched for these.
function asNode(json: JsonObject): FlowNode {
  const node: unknown = json;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return node as FlowNode;
}
function asFlow(json: JsonObject): Pick<Flow, 'variables' | 'settings'> {
  const flow: unknown = json;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return flow as Flow;
}
