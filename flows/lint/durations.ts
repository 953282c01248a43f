import type { Json } from '../flow';
import { kindNamed } from '../kinds';
import type { JsonSchema } from '../kinds/kind';
import { isObject, type LintContext } from './context';
import { pointerTo } from './finding';

/** A place of a flow where a duration stands. */
export interface DurationPlace {
  pointer: string;
  value: Json;
  /** Kind of its node; null outside of nodes. */
  kind: string | null;
}

/** Every duration of the flow: in nodes, in `closedReply`, and in the defaults of settings. */
export function* durationsOf({ root, nodes }: LintContext): Iterable<DurationPlace> {
  const closed = root['closedReply'];
  if (isObject(closed) && closed['reopenWithin'] !== undefined) {
    yield { pointer: '/closedReply/reopenWithin', value: closed['reopenWithin'], kind: null };
  }
  for (const [name, setting] of Object.entries(isObject(root['settings']) ? root['settings'] : {})) {
    if (isObject(setting) && setting['type'] === 'duration' && setting['default'] !== undefined) {
      yield { pointer: pointerTo('settings', name, 'default'), value: setting['default'], kind: null };
    }
  }
  for (const { name, kind, json } of nodes.values()) {
    for (const [property, schema] of Object.entries(kindNamed(kind)?.properties ?? {})) {
      const value = json[property];
      if (isDuration(schema) && value !== undefined) yield { pointer: pointerTo('nodes', name, property), value, kind };
    }
  }
}

/** True where a duration stands, or something inside of one. */
export function isDurationPlace(context: LintContext, pointer: string): boolean {
  for (const place of durationsOf(context)) {
    if (pointer === place.pointer || pointer.startsWith(`${place.pointer}/`)) return true;
  }
  return false;
}

function isDuration(schema: JsonSchema): boolean {
  return schema['$ref'] === '#/$defs/duration';
}
