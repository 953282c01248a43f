import type { RouteNode } from '../flow';
import { isOpen, readHours } from '../hours';
import { localTime } from '../local-time';
import { shareOf } from '../share';
import { resolveDuration } from '../setting-values';
import { timezoneAt } from '../subflows/parts';
import type { CalendarAt } from '../calendar';
import { ask, has, type Run, type Turn } from '../engine/run';
import { destinationProperties, resolveTarget } from './destinations';
import type { Kind } from './kind';
import { ref, say } from './schema-parts';

/** `route`: picks the group or agent that the next `ring` rings, by sequence, percentage or schedule. */
export const route: Kind<RouteNode> = {
  title: 'Picks the group or agent that is rung next.',
  properties: {
    rule: say('"sequence", "percentage" or "schedule"', { enum: ['sequence', 'percentage', 'schedule'] }),
    sticky: say('how long the agent who served last is asked first, such as "90d"', ref('duration')),
    destinations: {
      description: 'a list of destinations, each with the name of a "group" or an "agent", or a setting for it',
      type: 'array',
      minItems: 1,
      maxItems: 50,
      items: {
        type: 'object',
        properties: {
          ...destinationProperties,
          percent: say('a number from 0 to 100', { type: 'number', minimum: 0, maximum: 100 }),
          calendar: say('the name of a calendar that must be open', ref('slug')),
          hours: say('opening hours, such as "mon-fri 09:00-18:00"', { type: 'string', maxLength: 200 }),
        },
        additionalProperties: false,
        oneOf: [{ required: ['group'] }, { required: ['agent'] }],
      },
    },
  },
  required: ['rule', 'destinations'],
  outcomes: [
    { name: 'routed', takesTime: false },
    { name: 'unroutable', takesTime: false },
  ],
  enter(run, node) {
    const calendars = node.rule === 'schedule' ? node.destinations.flatMap(({ calendar }) => calendar ?? []) : [];
    if (calendars.length === 0) return leadTo(run, node, {});
    return ask(run, { do: 'lookAtCalendars', calendars: [...new Set(calendars)] }, { on: 'node' });
  },
  resume(run, node, answer) {
    if (!has(answer, 'calendars') || !isRecord(answer.calendars)) return { turn: 'fail', code: 'unexpected-answer' };
    return leadTo(run, node, answer.calendars);
  },
};

/** What the calendars say by their names; one that is not among them is closed. */
type Calendars = Readonly<Record<string, CalendarAt>>;

function leadTo(run: Run, node: RouteNode, calendars: Calendars): Turn {
  const chosen = RULES[node.rule](run, node, calendars);
  const destination = chosen === null ? undefined : node.destinations[chosen];
  const target = destination ? resolveTarget(run.flow, run.settings, destination) : null;
  const seen = Object.keys(calendars).length > 0 ? { calendars } : {};
  if (!target) {
    const what = destination ? 'The channel names no group for this destination.' : UNROUTABLE[node.rule];
    return { turn: 'outcome', outcome: 'unroutable', what: what + sayHoliday(calendars), detail: seen };
  }
  run.state.routed = target;
  delete run.state.sticky;
  if (node.sticky !== undefined) run.state.sticky = resolveDuration(run.flow, run.settings, node.sticky, 0);
  if ('group' in target) run.state.group = target.group;
  const what = `By ${node.rule}: ${'group' in target ? target.group : target.agent}.${sayHoliday(calendars)}`;
  return { turn: 'outcome', outcome: 'routed', what, detail: { ...target, destination: chosen, ...seen } };
}

function sayHoliday(calendars: Calendars): string {
  const closed = Object.entries(calendars).flatMap(([name, { holiday }]) => (holiday ? [`${name}: ${holiday}`] : []));
  return closed.length > 0 ? ` Closed by a holiday (${closed.join('; ')}).` : '';
}

function isRecord(value: unknown): value is Calendars {
  return typeof value === 'object' && value !== null;
}

const UNROUTABLE: Record<RouteNode['rule'], string> = {
  sequence: 'Every destination has had its turn.',
  percentage: 'The percentages leave this enquiry out.',
  schedule: 'No destination is open now.',
};

/** Index of the destination each rule picks; null for none. */
const RULES: Record<RouteNode['rule'], (run: Run, node: RouteNode, calendars: Calendars) => number | null> = {
  sequence: ({ state }, node) => {
    const visit = (state.node === null ? undefined : state.visits[state.node]) ?? 1;
    return visit <= node.destinations.length ? visit - 1 : null;
  },
  percentage: ({ state }, node) => {
    const share = shareOf(`${state.enquiryId}/${state.node ?? ''}`);
    let upTo = 0;
    const index = node.destinations.findIndex(({ percent = 0 }) => share < (upTo += percent));
    return index < 0 ? null : index;
  },
  schedule: ({ flow, state, at }, node, calendars) => {
    const now = localTime(at, timezoneAt(flow, state.node));
    const index = node.destinations.findIndex(({ hours, calendar }) => {
      if (calendar !== undefined && !(Object.hasOwn(calendars, calendar) && calendars[calendar]?.open)) return false;
      if (hours === undefined) return true;
      const spans = readHours(hours);
      return spans !== null && isOpen(spans, now);
    });
    return index < 0 ? null : index;
  },
};
