import type { Flow, Json } from './flow';
import { stepsOf } from './lint/finding';
import { TEXTS } from './placeholders';
import { settingPlaces } from './setting-places';
import type { FlowTest, FlowTests } from './simulation/flow-test';

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
        const rest = expect.rest === from ? to : expect.rest;
        const told = defined({ answers: withResumed(key(answers), from, to) });
        return { ...test, ...told, expect: { ...expect, ...defined({ path, rest }) } };
      }
      if (sort === 'variable')
        return { ...test, expect: { ...expect, ...defined({ variables: key(expect.variables) }) } };
      return given ? { ...test, given: { ...given, ...defined({ settings: key(given.settings) }) } } : test;
    }),
  };
}

/** Answers with the node at which a supervisor goes on. */
function withResumed(answers: FlowTest['answers'], from: string, to: string): FlowTest['answers'] {
  const line = (text: string): string =>
    text.replace(/^(supervisor-resumed to )(\S+)/, (whole, act: string, node: string) =>
      node === from ? act + to : whole,
    );
  const renamed = Object.entries(answers ?? {}).map(([node, visits]) => {
    const lines = visits.map((each) => {
      if (typeof each === 'string') return line(each);
      return Array.isArray(each) ? each.map(line) : each;
    });
    return [node, lines] as const;
  });
  return answers && Object.fromEntries(renamed);
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
  const read = (value: Json): Json => withPath(value, path, fresh);
  const places = new RegExp(`(\\{\\{\\s*)${path.replaceAll('.', '\\.')}(\\s*(?:\\||\\}\\}))`, 'g');
  const filled = (value: Json): Json => withWords(value, (text) => text.replaceAll(places, `$1${fresh}$2`));
  const nodes = isObject(flow['nodes']) ? flow['nodes'] : {};
  const renamed = mapped(nodes, (node) => {
    if (!isObject(node)) return node;
    const text = typeof node['type'] === 'string' ? TEXTS.get(node['type']) : undefined;
    return mapped(sort === 'variable' ? withSetters(node, from, to) : node, (value, property) => {
      if (property === text) return filled(value);
      if (property === 'values' && isObject(value)) return mapped(value, read);
      const asks = (property === 'cases' || property === 'rules') && Array.isArray(value);
      return asks ? value.map((each) => (isObject(each) ? mapped(each, conditionRead(read)) : each)) : value;
    });
  });
  const whole = { ...flow, nodes: renamed };
  if (sort === 'variable') return whole;
  const named = settingPlaces(flow).filter(({ setting }) => setting === from);
  return named.reduce<JsonObject>((each, { pointer }) => {
    const changed = withValue(each, stepsOf(pointer), to);
    return isObject(changed) ? changed : each;
  }, whole);
}

const conditionRead = (read: (value: Json) => Json) => (value: Json, key: string) =>
  key === 'when' ? read(value) : value;

/** An expression in which that path has another name; what only looks like it is text. */
function withPath(value: Json, path: string, fresh: string): Json {
  if (Array.isArray(value)) return value.map((each) => withPath(each, path, fresh));
  if (!isObject(value)) return value;
  return mapped(value, (each, operator) => {
    if (operator !== 'var') return withPath(each, path, fresh);
    const [name] = Array.isArray(each) ? each : [each];
    if (name !== path) return each;
    return Array.isArray(each) ? [fresh, ...each.slice(1)] : fresh;
  });
}

function withWords(value: Json, change: (text: string) => string): Json {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((each) => withWords(each, change));
  return isObject(value) ? mapped(value, (each) => withWords(each, change)) : value;
}

function withValue(whole: Json, [step, ...rest]: string[], value: string): Json {
  if (step === undefined) return value;
  if (Array.isArray(whole))
    return whole.map((each, index) => (String(index) === step ? withValue(each, rest, value) : each));
  return isObject(whole) ? mapped(whole, (each, key) => (key === step ? withValue(each, rest, value) : each)) : whole;
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
