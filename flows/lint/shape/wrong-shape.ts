import { readHours } from '../../hours';
import { kindNamed } from '../../kinds';
import { isTimezone } from '../../local-time';
import { isObject, type LintContext, type Rule } from '../context';
import { isDurationPlace } from '../durations';
import { pointerTo, stepsOf, type Found } from '../finding';
import { valueAt } from '../../webhook/read-answer';
import type { SchemaFault } from '../../generated/validate-flow';
import { nameThe } from '../name-the';
import { suggest } from '../suggest';
import { inWords, schemaAt } from './schema-at';

/** E110: a property holds something that cannot stand there. */
export const wrongShape: Rule = {
  code: 'E110',
  title: 'A value that cannot stand there',
  *check(context) {
    const said = new Set<string>();
    for (const fault of context.faults) {
      const { keyword, instancePath } = fault;
      if (keyword === 'required' || keyword === 'additionalProperties') continue;
      // Neither of two properties: told as missing.
      if (keyword === 'oneOf' && fault.params['passingSchemas'] === null) continue;
      if (explainedByOutcome(context, instancePath) || isNameOfVariable(keyword, instancePath)) continue;
      const tooMany = keyword === 'maxItems' && instancePath.endsWith('/cases');
      if (tooMany || hasOwnCode(context, instancePath) || said.has(instancePath)) continue;
      said.add(instancePath);
      const exact = exactly(context, fault);
      const must = exact?.must ?? mustBe(context, instancePath);
      yield {
        pointer: instancePath,
        message: `${nameThe(instancePath)} ${must}.`,
        ...(exact?.hint ? { suggestion: exact.hint } : {}),
      };
    }
    yield* reopenedAtStart(context);
    yield* unknownTimezone(context);
    yield* unreadableHours(context);
  },
};

/** What stands there, where the schema says better what is wrong with it than what it must be; null elsewhere. */
function exactly(context: LintContext, { keyword, instancePath, params }: SchemaFault) {
  const written = valueAt(context.root, instancePath);
  const allowed = params['allowedValues'];
  if (keyword === 'enum' && Array.isArray(allowed)) {
    const words = allowed.filter((each) => typeof each === 'string');
    const hint = typeof written === 'string' ? suggest(written, words) : null;
    const choice = Array.isArray(schemaAt(context.root, instancePath)?.['anyOf']);
    const must = choice ? mustBe(context, instancePath) : `must be one of ${allowed.map(asJson).join(', ')}`;
    return { must, hint };
  }
  const { limit } = params;
  if (keyword === 'minimum') return { must: `must be at least ${String(limit)}`, hint: null };
  if (keyword === 'maximum') return { must: `must be at most ${String(limit)}`, hint: null };
  if (keyword === 'oneOf' && Array.isArray(params['passingSchemas']))
    return { must: 'names both a "group" and an "agent"; keep one of them', hint: null };
  if (keyword === 'uniqueItems') return { must: 'names something twice', hint: null };
  if (keyword === 'maxLength') return { must: `has more than ${String(limit)} characters; shorten it`, hint: null };
  if (keyword === 'maxItems' || keyword === 'maxProperties')
    return { must: `holds more than ${String(limit)}; take some out`, hint: null };
  return null;
}

const asJson = (value: unknown): string => JSON.stringify(value);

function mustBe(context: LintContext, pointer: string): string {
  if (pointer === '/nodes') return 'must hold at least one node, each with its name';
  const [root, name, property, ...rest] = stepsOf(pointer);
  if (root === 'nodes' && property === undefined) return 'must be an object in braces with a "type"';
  if (root === 'nodes' && property === 'next' && rest.length === 0) return mustLead(context, name ?? '');
  const schema = schemaAt(context.root, pointer);
  return `must be ${schema ? inWords(schema) : 'something else'}`;
}

/** What `next` is to be, with the outcomes of this very node. */
function mustLead({ nodes }: LintContext, name: string): string {
  const { kind = null, json = {} } = nodes.get(name) ?? {};
  const outcomes = kindNamed(kind)?.outcomes.map((outcome) => outcome.name) ?? [];
  if (outcomes.length === 1) return 'must name the node to go to, or a node for each outcome in braces';
  const events = Array.isArray(json['for']) ? json['for'].filter((event) => typeof event === 'string') : [];
  const own = kind === 'wait' ? [...events, 'timeout'] : outcomes;
  const node = typeof json['next'] === 'string' && json['next'] !== '' ? json['next'] : 'a node';
  return `must name a node for each outcome in braces, such as { ${own.map((each) => `"${each}": "${node}"`).join(', ')} }`;
}

/** `next` is an object of names, only with an outcome that the node never has or without one that it has: E203, E204. */
function explainedByOutcome({ nodes }: LintContext, pointer: string): boolean {
  const [root, name = '', property, ...rest] = stepsOf(pointer);
  const next = root === 'nodes' && property === 'next' && rest.length === 0 ? nodes.get(name)?.json['next'] : null;
  return (
    isObject(next) && Object.keys(next).length > 0 && Object.values(next).every((each) => typeof each === 'string')
  );
}

/** What `save` or `values` name is no name: told where it is declared (E105), or that it is not (E303). */
function isNameOfVariable(keyword: string, pointer: string): boolean {
  const [root, , property, ...rest] = stepsOf(pointer);
  if (root !== 'nodes' || rest.length > 0 || (property !== 'save' && property !== 'values')) return false;
  return keyword === 'propertyNames' || keyword === 'pattern';
}

/** Places whose faults other rules explain better: durations, events, kinds. */
function hasOwnCode(context: LintContext, pointer: string): boolean {
  const [root, name = '', property] = stepsOf(pointer);
  if (pointer === '/$schema') return true;
  if (isDurationPlace(context, pointer)) return !pointer.endsWith('/setting');
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
    for (const [index, { hours, calendar }] of node.destinations.entries()) {
      const pointer = pointerTo('nodes', name, 'destinations', index, 'hours');
      if (calendar !== undefined && node.rule !== 'schedule') {
        yield {
          pointer: pointerTo('nodes', name, 'destinations', index, 'calendar'),
          message: `The node "${name}" goes by ${node.rule}, so a calendar has no meaning there. Write "rule": "schedule", or put a route with the calendar before it.`,
        };
      }
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
