import type { Json } from '../flow';
import { kindNamed } from '../kinds';
import type { JsonSchema } from '../kinds/kind';
import { isObject, once, type JsonObject, type LintContext } from './context';
import { pointerTo } from './finding';

/** A place of a flow where a duration stands. */
export interface DurationPlace {
  pointer: string;
  value: Json;
  /** Kind of its node; null outside of nodes. */
  kind: string | null;
}

/** Every duration of the flow: in nodes, in `closedReply`, `idleClose` and `sla`, and in the defaults of settings. */
export function durationsOf(context: LintContext): readonly DurationPlace[] {
  return once(context, collect);
}

function collect(context: LintContext): DurationPlace[] {
  return [...find(context)];
}

function* find({ root, nodes }: LintContext): Iterable<DurationPlace> {
  const closed = root['closedReply'];
  if (isObject(closed) && closed['reopenWithin'] !== undefined) {
    yield { pointer: '/closedReply/reopenWithin', value: closed['reopenWithin'], kind: null };
  }
  const idle = root['idleClose'];
  for (const each of ['after', 'warnBefore']) {
    if (isObject(idle) && idle[each] !== undefined)
      yield { pointer: `/idleClose/${each}`, value: idle[each], kind: null };
  }
  const sla = root['sla'];
  for (const name of ['firstResponse', 'resolution', 'warnBefore']) {
    const value = isObject(sla) ? sla[name] : undefined;
    if (value !== undefined) yield { pointer: pointerTo('sla', name), value, kind: null };
  }
  for (const [name, setting] of Object.entries(isObject(root['settings']) ? root['settings'] : {})) {
    if (isObject(setting) && setting['type'] === 'duration' && setting['default'] !== undefined) {
      yield { pointer: pointerTo('settings', name, 'default'), value: setting['default'], kind: null };
    }
  }
  for (const { name, kind, json } of nodes.values()) {
    const properties = kindNamed(kind)?.properties ?? {};
    for (const { pointer, value } of within(pointerTo('nodes', name), json, properties)) yield { pointer, value, kind };
  }
}

/** True where a duration stands, or something inside of one. */
export function isDurationPlace(context: LintContext, pointer: string): boolean {
  for (const place of durationsOf(context)) {
    if (pointer === place.pointer || pointer.startsWith(`${place.pointer}/`)) return true;
  }
  return false;
}

/** Durations among these properties, and among those of objects they hold. */
function* within(
  at: string,
  json: JsonObject,
  properties: Readonly<Record<string, JsonSchema>>,
): Iterable<{ pointer: string; value: Json }> {
  for (const [property, schema] of Object.entries(properties)) {
    const value = json[property];
    if (value === undefined) continue;
    const { properties, items } = schema;
    if (isDuration(schema)) yield { pointer: at + pointerTo(property), value };
    else if (isObject(value) && isSchemas(properties)) yield* within(at + pointerTo(property), value, properties);
    else if (Array.isArray(value) && isSchemas(items) && isSchemas(items['properties'])) {
      for (const [index, item] of value.entries())
        if (isObject(item)) yield* within(at + pointerTo(property, index), item, items['properties']);
    }
  }
}

function isSchemas(properties: JsonSchema[string] | undefined): properties is Record<string, JsonSchema> {
  return typeof properties === 'object' && properties !== null && !Array.isArray(properties);
}

function isDuration(schema: JsonSchema): boolean {
  return schema['$ref'] === '#/$defs/duration';
}
