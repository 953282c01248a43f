import type { RouteNode } from '../../flow';
import { readHours } from '../../hours';
import { WEEKDAYS } from '../../local-time';
import { isObject, type Rule } from '../context';
import { pointerTo } from '../finding';

const DAY = 1440;
const WEEK = 7 * DAY;

/** W603: a schedule that names nobody for some hours of the week. */
export const hoursLeftOpen: Rule = {
  code: 'W603',
  title: 'Schedule leaves hours open',
  *check({ root, nodes }) {
    for (const { name, json, node } of nodes.values()) {
      if (node?.type !== 'route' || node.rule !== 'schedule') continue;
      // Who leads what is left open to a node of its own has thought of it.
      const { next } = json;
      const left = isObject(next) ? next['unroutable'] : null;
      if (isObject(next) && (left === undefined || ![root['onError'], next['routed']].includes(left))) continue;
      const closed = node.destinations.some(({ calendar }) => calendar !== undefined);
      const gaps = gapsOf(node);
      const [first, ...others] = gaps ?? [];
      if (!first) continue;
      const more =
        others.length === 0
          ? ''
          : `, and ${others.length === 1 ? 'once more' : `${others.length} times more`} in the week`;
      yield {
        pointer: pointerTo('nodes', name, 'destinations'),
        message: closed
          ? 'Nobody is named for when the calendars are closed: such enquiries are "unroutable". Add a last destination without "hours" and "calendar", or lead "unroutable" to a node for these hours.'
          : `Nobody is named from ${moment(first.from)} to ${moment(first.to)}${more}: such enquiries are "unroutable". Add a last destination without "hours", or lead "unroutable" to a node for these hours.`,
      };
    }
  },
};

/** Minutes of the week, Monday first, that no destination covers; null when hours cannot be read. */
function gapsOf({ destinations }: RouteNode): { from: number; to: number }[] | null {
  const covered: { from: number; to: number }[] = [];
  for (const { hours, calendar } of destinations) {
    // Any day may be a holiday: what a calendar opens is left open by it too.
    if (calendar !== undefined) continue;
    if (hours === undefined) return [];
    const spans = readHours(hours);
    if (!spans) return null;
    for (const { days, from, to } of spans) {
      for (const day of days) {
        const start = ((day + 6) % 7) * DAY + from;
        const end = start + (to > from ? to - from : DAY - from + to);
        covered.push({ from: start, to: Math.min(end, WEEK) });
        if (end > WEEK) covered.push({ from: 0, to: end - WEEK });
      }
    }
  }
  const gaps: { from: number; to: number }[] = [];
  let reached = 0;
  for (const { from, to } of covered.toSorted((a, b) => a.from - b.from)) {
    if (from > reached) gaps.push({ from: reached, to: from });
    reached = Math.max(reached, to);
  }
  if (reached < WEEK) gaps.push({ from: reached, to: WEEK });
  return joined(gaps);
}

/** A gap over the end of the week is one gap. */
function joined(gaps: { from: number; to: number }[]): { from: number; to: number }[] {
  const [first, last] = [gaps[0], gaps.at(-1)];
  if (!first || !last || first === last || first.from !== 0 || last.to !== WEEK) return gaps;
  return [...gaps.slice(1, -1), { from: last.from, to: first.to }];
}

function moment(minute: number): string {
  const day = WEEKDAYS[(Math.floor(minute / DAY) + 1) % 7] ?? '';
  const rest = minute % DAY;
  return `${day} ${String(Math.floor(rest / 60)).padStart(2, '0')}:${String(rest % 60).padStart(2, '0')}`;
}
