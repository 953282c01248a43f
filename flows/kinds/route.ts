import type { RouteNode } from '../flow';
import { isOpen, readHours } from '../hours';
import { localTime } from '../local-time';
import { shareOf } from '../share';
import { timezoneAt } from '../subflows/parts';
import type { Run } from '../engine/run';
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
    const chosen = RULES[node.rule](run, node);
    const destination = chosen === null ? undefined : node.destinations[chosen];
    const target = destination ? resolveTarget(run.flow, run.settings, destination) : null;
    if (!target) {
      const what = destination ? 'The channel names no group for this destination.' : UNROUTABLE[node.rule];
      return { turn: 'outcome', outcome: 'unroutable', what };
    }
    run.state.routed = target;
    if ('group' in target) run.state.group = target.group;
    const what = `By ${node.rule}: ${'group' in target ? target.group : target.agent}.`;
    return { turn: 'outcome', outcome: 'routed', what, detail: { ...target, destination: chosen } };
  },
};

const UNROUTABLE: Record<RouteNode['rule'], string> = {
  sequence: 'Every destination has had its turn.',
  percentage: 'The percentages leave this enquiry out.',
  schedule: 'No destination is open now.',
};

/** Index of the destination each rule picks; null for none. */
const RULES: Record<RouteNode['rule'], (run: Run, node: RouteNode) => number | null> = {
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
  schedule: ({ flow, state, at }, node) => {
    const now = localTime(at, timezoneAt(flow, state.node));
    const index = node.destinations.findIndex(({ hours }) => {
      if (hours === undefined) return true;
      const spans = readHours(hours);
      return spans !== null && isOpen(spans, now);
    });
    return index < 0 ? null : index;
  },
};
