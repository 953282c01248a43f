import type { Json } from '../../flow';
import type { LintContext, References, Rule } from '../context';
import { pointerTo } from '../finding';
import { suggest } from '../suggest';

/** E501: a group, agent, template or list that does not exist. */
export const unknownReference: Rule = {
  code: 'E501',
  title: 'Reference to something that does not exist',
  *check(context) {
    for (const { pointer, name, of } of referencesOf(context)) {
      const known = context.references[of];
      if (!known || known.includes(name)) continue;
      const hint = suggest(name, known);
      yield {
        pointer,
        message: `There is no ${of.slice(0, -1)} "${name}". Make it first, or name another.`,
        ...(hint ? { suggestion: hint } : {}),
      };
    }
  },
};

interface Reference {
  pointer: string;
  name: string;
  of: keyof References;
}

function* referencesOf({ nodes, settings }: LintContext): Iterable<Reference> {
  for (const { name, node } of nodes.values()) {
    const at = pointerTo('nodes', name);
    if (node?.type === 'blocklist') {
      for (const [index, list] of node.lists.entries()) yield* named(list, `${at}/lists/${index}`, 'lists');
    } else if (node?.type === 'auto-reply') yield* named(node.template, `${at}/template`, 'templates');
    else if (node?.type === 'close') yield* named(node.notify, `${at}/notify`, 'templates');
    else if (node?.type === 'route') {
      for (const [index, each] of node.destinations.entries()) yield* destination(each, `${at}/destinations/${index}`);
    } else if (node?.type === 'transfer' && isDestination(node.to)) yield* destination(node.to, `${at}/to`);
  }
  for (const [name, { type, default: value }] of Object.entries(settings)) {
    const of = BY_TYPE.get(type);
    if (of && value !== undefined) yield* named(value, pointerTo('settings', name, 'default'), of);
  }
}

const BY_TYPE = new Map<string, keyof References>([
  ['group', 'groups'],
  ['template', 'templates'],
  ['list', 'lists'],
]);

function isDestination(to: unknown): to is { [key: string]: Json } {
  return typeof to === 'object' && to !== null;
}

function* destination(to: object, pointer: string): Iterable<Reference> {
  if ('group' in to) yield* named(to.group, `${pointer}/group`, 'groups');
  if ('agent' in to) yield* named(to.agent, `${pointer}/agent`, 'agents');
}

function* named(value: unknown, pointer: string, of: keyof References): Iterable<Reference> {
  if (typeof value === 'string') yield { pointer, name: value, of };
}
