import type { Flow, FlowNode, Json, SettingDeclaration, VariableDeclaration } from '../flow';
import { schemaFaults, type SchemaFault } from '../generated/validate-flow';
import { isKind } from '../kinds';
import type { JsonSchema } from '../kinds/kind';
import { valueAt } from '../webhook/read-answer';
import { stepsOf } from './finding';
import { mistypedIn, withoutMistyped, type Mistyped } from './mistyped';
import { formOf, schemaAt } from './shape/schema-at';

/** A JSON object of the flow; it has no prototype, so that no name finds anything inherited. */
export type JsonObject = Record<string, Json>;

/** What exists outside the flow, by slug; a list that is absent is not checked. */
export interface References {
  groups?: readonly string[];
  agents?: readonly string[];
  templates?: readonly string[];
  lists?: readonly string[];
  connections?: readonly string[];
  calendars?: readonly string[];
  tags?: readonly string[];
  /** Ids of published flows, for `subflow`. */
  flows?: readonly string[];
  /** The flows that a `subflow` would call, by id, with what they call linked in; one that is absent is not looked into. */
  published?: Readonly<Record<string, Flow>>;
  /** Groups that have no agents. */
  emptyGroups?: readonly string[];
  /** What each template names in `{{ }}`. */
  templatePlaces?: Readonly<Record<string, readonly string[]>>;
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
  /** Properties that must be there and have a wrong name. */
  mistyped: readonly Mistyped[];
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
  const all = schemaFaults(root);
  const mistyped = mistypedIn(all);
  const faults = withoutEchoes(root, withoutMistyped(all, mistyped));
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
    mistyped,
    references,
    computed: new Map(),
  };
}

/** True when a property that is missing there stands there under a wrong name, which E103 tells. */
export function isMistyped({ mistyped }: LintContext, pointer: string, meant: string): boolean {
  return mistyped.some((each) => each.pointer === pointer && each.meant === meant);
}

/**
 * One fault for a place: what the branches of an `anyOf` found is summed up in the `anyOf`, unless what stands there can
 * only have been meant as one of them; then that one's faults are told.
 */
function withoutEchoes(root: JsonObject, faults: readonly SchemaFault[]): SchemaFault[] {
  const choices = new Map<string, JsonSchema | null>();
  for (const { keyword, instancePath } of faults) {
    if (keyword !== 'anyOf' || choices.has(instancePath)) continue;
    const form = meantForm(root, instancePath);
    choices.set(instancePath, form && faults.some((each) => isOf(form, instancePath, each)) ? form : null);
  }
  const seen = new Set<string>();
  return faults.filter((fault) => {
    const { instancePath, keyword, params } = fault;
    if (keyword === 'discriminator') return false;
    for (const [path, form] of choices) {
      if (instancePath !== path && !instancePath.startsWith(`${path}/`)) continue;
      const told = form ? isOf(form, path, fault) : keyword === 'anyOf' && instancePath === path;
      if (!told) return false;
    }
    const key = JSON.stringify([instancePath, keyword, params]);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** The one of several forms that a value can have by its type; nothing is known of braces without a name. */
function meantForm(root: JsonObject, pointer: string): JsonSchema | null {
  const schema = schemaAt(root, pointer);
  const value = valueAt(root, pointer);
  if (isObject(value) && Object.keys(value).length === 0) return null;
  return schema && formOf(schema, value);
}

/** True for a fault of that form, and not of another that stands beside it. */
function isOf(form: JsonSchema, path: string, { instancePath, keyword }: SchemaFault): boolean {
  if (instancePath !== path) return instancePath.startsWith(`${path}/`);
  if (keyword === 'type' || keyword === 'anyOf' || keyword === 'const') return false;
  return keyword !== 'enum' || form['enum'] !== undefined;
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
