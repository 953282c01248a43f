import { facts } from '../../facts';
import { pathsRead } from '../../expression';
import type { Json } from '../../flow';
import { EVENTS_NOT_BUILT } from '../../kinds/wait';
import { isObject, type LintContext, type Rule } from '../context';
import { expressionsOf } from '../expressions/expressions-of';
import { pointerTo, type Found } from '../finding';

/** E111: part of the flow language, but not of this release; better said than silently left out. */
export const notBuilt: Rule = {
  code: 'E111',
  title: 'Not built yet',
  *check(context) {
    if (context.root['calendar'] !== undefined) yield later('/calendar', 'Calendars are');
    const { variables } = context.root;
    for (const [name, variable] of Object.entries(isObject(variables) ? variables : {})) {
      if (isObject(variable) && variable['personal'] === true) {
        yield later(pointerTo('variables', name, 'personal'), 'Personal variables are');
      }
    }
    for (const { name, kind, json } of context.nodes.values()) {
      const node = pointerTo('nodes', name);
      if (kind === 'route' && json['sticky'] !== undefined) yield later(`${node}/sticky`, '"sticky" is');
      const { strategy } = json;
      if (kind === 'ring' && typeof strategy === 'string' && STRATEGIES_NOT_BUILT.includes(strategy)) {
        yield later(`${node}/strategy`, `The strategy "${strategy}" is`);
      }
      if (kind === 'wait') yield* events(json['for'], `${node}/for`);
      if (kind === 'wait') yield* events(json['restartOn'], `${node}/restartOn`);
    }
    yield* unreadableFacts(context);
  },
};

/** Strategies of the language that no release has yet. */
export const STRATEGIES_NOT_BUILT: readonly string[] = [
  'fewestToday',
  'longestIdle',
  'fixedOrder',
  'contactOwner',
  'accountOwner',
  'lastAgent',
];

function* events(named: Json | undefined, pointer: string): Iterable<Found> {
  for (const [index, event] of (Array.isArray(named) ? named : []).entries()) {
    if (typeof event === 'string' && EVENTS_NOT_BUILT.includes(event)) {
      yield later(`${pointer}/${index}`, `The event "${event}" is`);
    }
  }
}

function* unreadableFacts(context: LintContext): Iterable<Found> {
  for (const { pointer, expression } of expressionsOf(context)) {
    for (const path of pathsRead(expression)) {
      if (Object.hasOwn(facts, path) && facts[path]?.notBuilt) yield later(pointer, `"${path}" is`);
    }
  }
}

function later(pointer: string, what: string): Found {
  return {
    pointer,
    message: `${what} part of the flow language, but not built yet: this release cannot run a flow with it. Leave it out for now.`,
  };
}
