import type { Flow, Json } from './flow';
import type { FlowTests } from './simulation/flow-test';

/** What may be renamed in a flow. */
export type RenameSort = 'node' | 'variable' | 'setting';

/** A new name for something of a flow. */
export interface Rename {
  sort: RenameSort;
  from: string;
  to: string;
}

type JsonObject = { [name: string]: Json };

/**
 * The flow with a node, variable or setting under another name wherever it is named, in the same order; null when the
 * flow has no such thing, or already something of the new name.
 */
export function renameIn(flow: Flow, { sort, from, to }: Rename): Flow | null {
  const part = PARTS[sort];
  const declared = flow[part] ?? {};
  if (!Object.hasOwn(declared, from) || Object.hasOwn(declared, to)) return null;
  const renamed = { ...asJson(flow), [part]: withKey(asJson(declared), from, to) };
  return asFlow(sort === 'node' ? withTargets(renamed, from, to) : withPaths(renamed, { sort, from, to }));
}

/** The tests beside the flow, with the same new name: in paths, answers, variables and settings. */
export function renameInTests(tests: FlowTests, { sort, from, to }: Rename): FlowTests {
  const key = <Value>(map: Record<string, Value> | undefined): Record<string, Value> | undefined =>
    map && Object.fromEntries(Object.entries(map).map(([name, value]) => [name === from ? to : name, value]));
  return {
    ...tests,
    tests: tests.tests.map((test) => {
      const { given, answers, expect } = test;
      if (sort === 'node') {
        const path = expect.path?.map((name) => (name === from ? to : name));
        return { ...test, ...defined({ answers: key(answers) }), expect: { ...expect, ...defined({ path }) } };
      }
      if (sort === 'variable')
        return { ...test, expect: { ...expect, ...defined({ variables: key(expect.variables) }) } };
      return given ? { ...test, given: { ...given, ...defined({ settings: key(given.settings) }) } } : test;
    }),
  };
}

const PARTS = { node: 'nodes', variable: 'variables', setting: 'settings' } as const;

function withTargets(flow: JsonObject, from: string, to: string): JsonObject {
  const name = (value: Json | undefined): Json => (value === from ? to : (value ?? null));
  const at = (object: Json | undefined, properties: string[]): JsonObject =>
    isObject(object) ? mapped(object, (value, key) => (properties.includes(key) ? name(value) : value)) : {};
  const whole = at(flow, ['start', 'onError', 'onTaken', 'onClosed']);
  const nodes = isObject(flow['nodes']) ? flow['nodes'] : {};
  return {
    ...whole,
    ...(isObject(flow['closedReply']) ? { closedReply: at(flow['closedReply'], ['at']) } : {}),
    nodes: mapped(nodes, (node) => {
      if (!isObject(node)) return node;
      const { next, cases } = node;
      return {
        ...node,
        ...(next === undefined ? {} : { next: isObject(next) ? mapped(next, name) : name(next) }),
        ...(Array.isArray(cases)
          ? { cases: cases.map((one) => at(one, ['next'])), default: name(node['default']) }
          : {}),
      };
    }),
  };
}

/** Variables and settings are named in `var`, in `{{ }}`, as keys of `set` and `save`, and in `{ "setting": … }`. */
function withPaths(flow: JsonObject, { sort, from, to }: Rename): JsonObject {
  const [path, fresh] = sort === 'variable' ? [`vars.${from}`, `vars.${to}`] : [`settings.${from}`, `settings.${to}`];
  const place = new RegExp(`(\\{\\{\\s*)${path.replaceAll('.', '\\.')}(\\s*(?:\\||\\}\\}))`, 'g');
  const visit = (value: Json): Json => {
    if (typeof value === 'string') return value === path ? fresh : value.replaceAll(place, `$1${fresh}$2`);
    if (Array.isArray(value)) return value.map(visit);
    if (!isObject(value)) return value;
    if (sort === 'setting' && value['setting'] === from) return { ...value, setting: to };
    return mapped(value, visit);
  };
  const nodes = isObject(flow['nodes']) ? flow['nodes'] : {};
  const keyed =
    sort === 'setting' ? nodes : mapped(nodes, (node) => (isObject(node) ? withSetters(node, from, to) : node));
  return {
    ...flow,
    ...(flow['closedReply'] === undefined ? {} : { closedReply: visit(flow['closedReply']) }),
    nodes: visit(keyed),
  };
}

function withSetters(node: JsonObject, from: string, to: string): JsonObject {
  const property = node['type'] === 'set' ? 'values' : node['type'] === 'webhook' ? 'save' : null;
  const values = property === null ? undefined : node[property];
  return property !== null && isObject(values) ? { ...node, [property]: withKey(values, from, to) } : node;
}

function withKey(object: JsonObject, from: string, to: string): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name === from ? to : name, value]));
}

function mapped(object: JsonObject, change: (value: Json, key: string) => Json): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]));
}

function defined<T extends object>(values: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  // Properties without a value are left out, as the types of a flow test ask.
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// A flow is JSON; its interfaces only lack the index signature.
function asJson(value: object): JsonObject {
  const json: unknown = value;
  return json as JsonObject;
}
function asFlow(json: JsonObject): Flow {
  const flow: unknown = json;
  return flow as Flow;
}
