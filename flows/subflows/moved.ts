import type { FlowNode, Json } from '../flow';

/** What the names of a flow become where it stands inside another. */
export interface NewNames {
  node(name: string): string;
  variable(name: string): string;
  setting(name: string): string;
}

type JsonObject = { [name: string]: Json };

/** A node under new names wherever it names nodes, variables and settings. */
export function movedNode(node: FlowNode, names: NewNames): FlowNode {
  const { comment: _, ...rest } = json(node);
  const moved = objectOf(rest, (value, key) => movedPart(value, key, names));
  const { next, cases, default: otherwise } = moved;
  const whole: JsonObject = {
    ...moved,
    ...(next === undefined ? {} : { next: targets(next, names) }),
    ...(Array.isArray(cases)
      ? { cases: cases.map((one) => caseOf(one, names)), default: targets(otherwise, names) }
      : {}),
    ...setterOf(moved, names),
  };
  // Only names have changed.
  const typed: unknown = whole;
  return typed as FlowNode;
}

/** Where names are the author's (variables, what is asked) one of them may be "setting" and says nothing. */
function movedPart(value: Json, property: string, names: NewNames): Json {
  if (property === 'type' || property === 'save') return value;
  if (property === 'values' && isObject(value)) return objectOf(value, (each) => visited(each, names));
  if (property !== 'request' || !isObject(value)) return visited(value, names);
  return objectOf(value, (part, key) =>
    key === 'query' && isObject(part) ? objectOf(part, (each) => visited(each, names)) : visited(part, names),
  );
}

/** A setting is named in `{ "setting": … }`; variables and settings in `var` and in `{{ }}`. */
function visited(value: Json, names: NewNames): Json {
  if (typeof value === 'string') return withPlaces(value, names);
  if (Array.isArray(value)) return value.map((each) => visited(each, names));
  if (!isObject(value)) return value;
  const keys = Object.keys(value);
  if (keys.length === 1 && typeof value['setting'] === 'string') return { setting: names.setting(value['setting']) };
  if (keys.length === 1 && value['var'] !== undefined) return { var: pathOf(value['var'], names) };
  return objectOf(value, (each) => visited(each, names));
}

function pathOf(path: Json, names: NewNames): Json {
  if (Array.isArray(path)) return path.map((each) => pathOf(each, names));
  return typeof path === 'string' ? renamed(path, names) : path;
}

function renamed(path: string, { variable, setting }: NewNames): string {
  if (path.startsWith('vars.')) return `vars.${variable(path.slice('vars.'.length))}`;
  return path.startsWith('settings.') ? `settings.${setting(path.slice('settings.'.length))}` : path;
}

function withPlaces(text: string, names: NewNames): string {
  return text.replace(
    /(\{\{\s*)((?:vars|settings)\.[^\s|{}]+)/g,
    (_whole, open: string, path: string) => `${open}${renamed(path, names)}`,
  );
}

function targets(value: Json | undefined, names: NewNames): Json {
  if (typeof value === 'string') return names.node(value);
  return isObject(value) ? objectOf(value, (each) => targets(each, names)) : (value ?? null);
}

function caseOf(one: Json, names: NewNames): Json {
  return isObject(one) ? { ...one, next: targets(one['next'], names) } : one;
}

/** `set` and `webhook` name variables as keys. */
function setterOf(node: JsonObject, { variable }: NewNames): JsonObject {
  const property = node['type'] === 'set' ? 'values' : 'save';
  const values = node[property];
  if (!isObject(values)) return {};
  return { [property]: Object.fromEntries(Object.entries(values).map(([name, value]) => [variable(name), value])) };
}

function objectOf(object: JsonObject, change: (value: Json, key: string) => Json): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]));
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// A node is JSON; its interface only lacks the index signature.
function json(node: FlowNode): JsonObject {
  const value: unknown = node;
  return value as JsonObject;
}
