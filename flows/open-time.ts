import type { Calendar } from './calendar';
import { readHours, type HoursSpan } from './hours';
import { localTime, momentOf } from './local-time';
import { NEVER, type Instant } from './state';

/** So far ahead it is looked for opening hours. */
const MOST_DAYS = 1100;
const DAY_MINUTES = 1440;

/** When so much opening time has passed since `from`; `NEVER` where the calendar hardly opens. Null: it is always open. */
export function afterOpenTime(calendar: Calendar | null, from: Instant, ms: number): Instant {
  if (!calendar) return from + ms;
  let left = ms;
  for (const [opens, closes] of openFrom(calendar, from)) {
    const begins = Math.max(opens, from);
    if (closes <= begins) continue;
    if (closes - begins >= left) return begins + left;
    left -= closes - begins;
  }
  return NEVER;
}

/** How much opening time (ms) lies between two moments. Null: it is always open. */
export function openTimeBetween(calendar: Calendar | null, from: Instant, to: Instant): number {
  if (!calendar) return Math.max(0, to - from);
  let sum = 0;
  for (const [opens, closes] of openFrom(calendar, from)) {
    if (opens >= to) break;
    sum += Math.max(0, Math.min(closes, to) - Math.max(opens, from));
  }
  return sum;
}

/** Spans in which the calendar is open, from the day of `from` on, in their order. */
function* openFrom({ timezone, hours, holidays }: Calendar, from: Instant): Iterable<[Instant, Instant]> {
  const spans = readHours(hours) ?? [];
  const closed = new Set(holidays.map(({ date }) => date));
  const first = localTime(from, timezone);
  const noon = Date.parse(`${first.text.slice(0, 10)}T12:00Z`);
  for (let count = 0; count < MOST_DAYS; count++) {
    const date = dateAfter(noon, count);
    if (closed.has(date)) continue;
    for (const [opens, closes] of ofDay(spans, (first.day + count) % 7)) {
      yield [
        momentOf(at(date, opens), timezone),
        closes === DAY_MINUTES
          ? momentOf(at(dateAfter(noon, count + 1), 0), timezone)
          : momentOf(at(date, closes), timezone),
      ];
    }
  }
}

const dateAfter = (noon: Instant, days: number): string =>
  new Date(noon + days * 86_400_000).toISOString().slice(0, 10);

const at = (date: string, minutes: number): string =>
  `${date}T${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

/** Minutes of one weekday that are open, joined and in order; what began the evening before belongs to its morning. */
function ofDay(spans: readonly HoursSpan[], day: number): [number, number][] {
  const yesterday = (day + 6) % 7;
  const pieces = spans.flatMap(({ days, from, to }): [number, number][] => {
    const overnight = to <= from;
    const today: [number, number][] = days.includes(day) ? [[from, overnight ? DAY_MINUTES : to]] : [];
    const tail: [number, number][] = overnight && days.includes(yesterday) ? [[0, to]] : [];
    return [...tail, ...today];
  });
  const joined: [number, number][] = [];
  for (const [from, to] of pieces.toSorted(([a], [b]) => a - b)) {
    const last = joined.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else joined.push([from, to]);
  }
  return joined;
}
