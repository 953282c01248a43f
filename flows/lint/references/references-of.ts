import { WORKSPACE_CALENDAR } from '../../calendar';
import { pathsRead } from '../../expression';
import type { Json } from '../../flow';
import type { SettingUse } from '../../setting-places';
import { isObject, once, type LintContext } from '../context';
import { expressionsOf } from '../expressions/expressions-of';
import { pointerTo } from '../finding';
import { placesOfSettings } from '../places-of-settings';

/** Sorts of things outside the flow that it names. */
export type ReferenceSort =
  'groups' | 'agents' | 'templates' | 'lists' | 'connections' | 'tags' | 'flows' | 'calendars';

/** One place of the flow that names something outside of it. */
export interface Reference {
  pointer: string;
  name: string;
  of: ReferenceSort;
}

/** Every place that names something outside the flow; what a setting will hold is named by its default. */
export function referencesOf(context: LintContext): readonly Reference[] {
  return once(context, collect);
}

function collect(context: LintContext): Reference[] {
  const { root, nodes, settings } = context;
  const found: Reference[] = [];
  const name = (value: unknown, pointer: string, of: ReferenceSort): void => {
    if (typeof value === 'string') found.push({ pointer, name: value, of });
  };
  const all = (values: readonly unknown[] | undefined, pointer: string, of: ReferenceSort): void => {
    for (const [index, value] of (values ?? []).entries()) name(value, `${pointer}/${index}`, of);
  };
  const destination = (to: unknown, pointer: string): void => {
    if (!isDestination(to)) return;
    name(to['group'], `${pointer}/group`, 'groups');
    name(to['agent'], `${pointer}/agent`, 'agents');
  };
  const { idleClose } = context.root;
  if (isObject(idleClose)) {
    for (const each of ['warning', 'notify']) name(idleClose[each], `/idleClose/${each}`, 'templates');
  }
  for (const { name: of, node } of nodes.values()) {
    const at = pointerTo('nodes', of);
    if (node?.type === 'blocklist') all(node.lists, `${at}/lists`, 'lists');
    else if (node?.type === 'auto-reply') name(node.template, `${at}/template`, 'templates');
    else if (node?.type === 'close') name(node.notify, `${at}/notify`, 'templates');
    else if (node?.type === 'webhook') name(node.connection, `${at}/connection`, 'connections');
    else if (node?.type === 'subflow') name(node.flow, `${at}/flow`, 'flows');
    else if (node?.type === 'transfer' || node?.type === 'notify') destination(node.to, `${at}/to`);
    else if (node?.type === 'route') {
      for (const [index, each] of node.destinations.entries()) {
        destination(each, `${at}/destinations/${index}`);
        name(each.calendar, `${at}/destinations/${index}/calendar`, 'calendars');
      }
    } else if (node?.type === 'tag') {
      all(node.add, `${at}/add`, 'tags');
      for (const [index, { add }] of (node.rules ?? []).entries()) all(add, `${at}/rules/${index}/add`, 'tags');
    }
  }
  name(root['calendar'], '/calendar', 'calendars');
  if (root['calendar'] === undefined) {
    const reads = expressionsOf(context).find(({ expression }) => pathsRead(expression).includes('time.open'));
    if (reads) name(WORKSPACE_CALENDAR, reads.pointer, 'calendars');
  }
  for (const [setting, { type, default: value }] of Object.entries(settings)) {
    if (value === '') continue;
    for (const of of BY_TYPE.get(type) ?? namedBy(context, setting))
      name(value, pointerTo('settings', setting, 'default'), of);
  }
  return found;
}

const BY_TYPE = new Map<string, ReferenceSort[]>([
  ['group', ['groups']],
  ['template', ['templates']],
  ['list', ['lists']],
]);

/** What has no type of its own is named by texts. */
const BY_USE = new Map<SettingUse | null, ReferenceSort>([
  ['agent', 'agents'],
  ['connection', 'connections'],
]);

function namedBy(context: LintContext, setting: string): Set<ReferenceSort> {
  const places = placesOfSettings(context).filter((place) => place.setting === setting);
  return new Set(places.flatMap(({ use }) => BY_USE.get(use) ?? []));
}

function isDestination(to: unknown): to is { [key: string]: Json } {
  return typeof to === 'object' && to !== null;
}
