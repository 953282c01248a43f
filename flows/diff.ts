import type { Flow, Json } from './flow';
import { pointerTo } from './lint/finding';

/** One difference between two flows: of a whole node, variable or setting, or of one property of it. */
export interface FlowDifference {
  pointer: string;
  what: 'added' | 'removed' | 'changed' | 'renamed';
  before?: Json;
  after?: Json;
}

/** Parts of a flow that hold named things; they are compared one by one, whatever their order. */
const NAMED = ['variables', 'settings', 'nodes'] as const;

/** What changed from one flow to another, node by node; a node that only got another name is told as renamed. */
export function diffFlows(before: Flow, after: Flow): FlowDifference[] {
  const [old, fresh] = [asJson(before), asJson(after)];
  // A part that is not what it should be is compared as a whole.
  const parts = NAMED.filter((part) => [old, fresh].every((flow) => isObject(flow[part] ?? {})));
  const rest = (flow: JsonObject): JsonObject =>
    Object.fromEntries(Object.entries(flow).filter(([name]) => !parts.some((part) => part === name)));
  return [
    ...differences('', rest(old), rest(fresh)),
    ...parts.flatMap((part) => named(part, objectAt(old, part), objectAt(fresh, part))),
  ];
}

type JsonObject = { [name: string]: Json };

function named(part: string, old: JsonObject, fresh: JsonObject): FlowDifference[] {
  const removed = Object.keys(old).filter((name) => !Object.hasOwn(fresh, name));
  const added = Object.keys(fresh).filter((name) => !Object.hasOwn(old, name));
  const renamed = new Map<string, string>();
  for (const name of removed) {
    const twin = added.find((each) => ![...renamed.values()].includes(each) && same(old[name], fresh[each]));
    if (twin !== undefined) renamed.set(name, twin);
  }
  return [
    ...[...renamed].map(([from, to]): FlowDifference => ({
      pointer: pointerTo(part, to),
      what: 'renamed',
      before: from,
      after: to,
    })),
    ...removed
      .filter((name) => !renamed.has(name))
      .map((name): FlowDifference => ({ pointer: pointerTo(part, name), what: 'removed', before: old[name] ?? null })),
    ...added
      .filter((name) => ![...renamed.values()].includes(name))
      .map((name): FlowDifference => ({ pointer: pointerTo(part, name), what: 'added', after: fresh[name] ?? null })),
    ...Object.keys(old)
      .filter((name) => Object.hasOwn(fresh, name))
      .flatMap((name) => differences(pointerTo(part, name), old[name] ?? null, fresh[name] ?? null)),
  ];
}

/** Differences of two values, property by property of objects; lists are compared as a whole. */
function differences(pointer: string, before: Json, after: Json): FlowDifference[] {
  if (!isObject(before) || !isObject(after)) {
    return same(before, after) ? [] : [{ pointer, what: 'changed', before, after }];
  }
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name): FlowDifference[] => {
    const [old, fresh] = [before, after].map((each) => (Object.hasOwn(each, name) ? each[name] : undefined));
    const at = pointer + pointerTo(name);
    if (old === undefined) return [{ pointer: at, what: 'added', after: fresh ?? null }];
    return fresh === undefined ? [{ pointer: at, what: 'removed', before: old }] : differences(at, old, fresh);
  });
}

/** The order of properties says nothing; that of a list does. */
function same(a: Json | undefined, b: Json | undefined): boolean {
  return text(a) === text(b);
}

function text(value: Json | undefined): string {
  return JSON.stringify(value, (_key, part: Json) =>
    isObject(part) ? Object.fromEntries(Object.entries(part).toSorted(([x], [y]) => (x < y ? -1 : 1))) : part,
  );
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function objectAt(flow: JsonObject, part: string): JsonObject {
  const value = flow[part];
  return isObject(value) ? value : {};
}

// A flow is JSON; its interfaces only lack the index signature.
function asJson(flow: Flow): JsonObject {
  const json: unknown = flow;
  return json as JsonObject;
}
