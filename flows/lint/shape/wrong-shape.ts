import { readHours } from '../../hours';
import { isTimezone } from '../../local-time';
import { describeProperty } from '../../schema';
import { isObject, type LintContext, type Rule } from '../context';
import { isDurationPlace } from '../durations';
import { pointerTo, stepsOf, type Found } from '../finding';
import { nameThe } from '../name-the';

/** E110: a property holds something that cannot stand there. */
export const wrongShape: Rule = {
  code: 'E110',
  title: 'A value that cannot stand there',
  *check(context) {
    const said = new Set<string>();
    for (const { keyword, instancePath } of context.faults) {
      if (keyword === 'required' || keyword === 'additionalProperties') continue;
      if (explainedByOutcome(context, instancePath)) continue;
      const tooMany = keyword === 'maxItems' && instancePath.endsWith('/cases');
      if (tooMany || hasOwnCode(context, instancePath) || said.has(instancePath)) continue;
      said.add(instancePath);
      yield { pointer: instancePath, message: `${nameThe(instancePath)} ${mustBe(context, instancePath, keyword)}.` };
    }
    yield* reopenedAtStart(context);
    yield* unknownTimezone(context);
    yield* unreadableHours(context);
  },
};

function mustBe(context: LintContext, pointer: string, keyword: string): string {
  if (keyword === 'uniqueItems') return 'names something twice';
  if (keyword === 'maxItems' || keyword === 'maxProperties') return 'is too long';
  if (pointer === '/nodes') return 'must hold at least one node, each with its name';
  const [root, name, property, ...rest] = stepsOf(pointer);
  const inNode = root === 'nodes' && property !== undefined;
  const what = inNode
    ? describeProperty(context.nodes.get(name ?? '')?.kind ?? null, property)
    : describeProperty(null, root ?? '');
  if (root === 'nodes' && property === undefined) return 'must be an object in braces with a "type"';
  if (inNode && property === 'next') return 'must name the node to go to, or a node for each outcome in braces';
  if (rest.length > 0) return what ? `does not fit: there must be ${what}` : 'does not fit there';
  return `must be ${what ?? 'something else'}`;
}

/** `next` is an object of names, only with an outcome that the node never has or without one that it has: E203, E204. */
function explainedByOutcome({ nodes }: LintContext, pointer: string): boolean {
  const [root, name = '', property, ...rest] = stepsOf(pointer);
  const next = root === 'nodes' && property === 'next' && rest.length === 0 ? nodes.get(name)?.json['next'] : null;
  return (
    isObject(next) && Object.keys(next).length > 0 && Object.values(next).every((each) => typeof each === 'string')
  );
}

/** Places whose faults other rules explain better: durations, events, kinds. */
function hasOwnCode(context: LintContext, pointer: string): boolean {
  const [root, name = '', property] = stepsOf(pointer);
  if (pointer === '/$schema' || isDurationPlace(context, pointer)) return true;
  if (root !== 'nodes') return false;
  if (property === 'type') return true;
  return (
    context.nodes.get(name)?.kind === 'wait' && (property === 'for' || property === 'restartOn') && /\d$/.test(pointer)
  );
}

function* reopenedAtStart({ root }: LintContext): Iterable<Found> {
  const closed = root['closedReply'];
  if (!isObject(closed) || typeof closed['at'] !== 'string' || closed['at'] !== root['start']) return;
  yield {
    pointer: '/closedReply/at',
    message:
      'A reopened enquiry may not begin at the start again: the contact would be greeted twice. Name a later node.',
  };
}

function* unknownTimezone({ root }: LintContext): Iterable<Found> {
  const zone = root['timezone'];
  if (typeof zone !== 'string' || zone === '' || isTimezone(zone)) return;
  yield {
    pointer: '/timezone',
    message: `There is no time zone "${zone}". Write one such as "Asia/Hong_Kong" or "UTC".`,
  };
}

function* unreadableHours({ nodes }: LintContext): Iterable<Found> {
  for (const { name, node } of nodes.values()) {
    if (node?.type !== 'route') continue;
    for (const [index, { hours }] of node.destinations.entries()) {
      const pointer = pointerTo('nodes', name, 'destinations', index, 'hours');
      if (hours === undefined) continue;
      if (readHours(hours) === null) {
        yield {
          pointer,
          message: `"${hours}" cannot be read as hours. Write them as "mon-fri 09:00-18:00, sat 10:00-13:00".`,
        };
      } else if (node.rule !== 'schedule') {
        yield {
          pointer,
          message: `The node "${name}" goes by ${node.rule}, so hours have no meaning there. Write "rule": "schedule", or put a route with the hours before it.`,
        };
      }
    }
  }
}
