import type { Instant } from './state';

/** Names of the weekdays as conditions and opening hours write them, Sunday first as in `Date`. */
export const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

/** A moment as a clock on the wall of that time zone shows it. */
export interface LocalTime {
  /** `2026-10-05T14:30`, so that two of them compare as text. */
  text: string;
  weekday: string;
  /** 0 is Sunday. */
  day: number;
  hour: number;
  minute: number;
}

/** True when the platform knows this IANA time zone. */
export function isTimezone(name: string): boolean {
  return name === 'UTC' || formatter(name) !== null;
}

/** What the clock shows at `at` in the IANA zone; UTC when the zone is unknown (publishing refuses such a flow). */
export function localTime(at: Instant, timezone: string): LocalTime {
  const safe = Number.isFinite(at) && Math.abs(at) < 8.6e15 - 86_400_000 ? at : 0;
  const format = timezone === 'UTC' ? null : formatter(timezone);
  if (!format) return utcTime(new Date(safe));
  const parts = new Map(format.formatToParts(safe).map(({ type, value }) => [type, value]));
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? '';
  const weekday = part('weekday').toLowerCase();
  return {
    text: `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}`,
    weekday,
    day: WEEKDAYS.findIndex((name) => name === weekday),
    hour: Number(part('hour')),
    minute: Number(part('minute')),
  };
}

/**
 * The moment a text names: ISO 8601, `2026-10-05T14:30Z` or with an offset; without either it is what the clock on the wall
 * of the zone shows, so that it means the same on every machine. `NaN` when it is no time.
 */
export function momentOf(text: string, timezone: string): Instant {
  if (/(z|[+-]\d\d:?\d\d)$/i.test(text.replace(/^\d{4}-\d\d-\d\d$/, ''))) return Date.parse(text);
  const asUtc = Date.parse(/^\d{4}-\d\d-\d\d$/.test(text) ? text : `${text}Z`);
  if (Number.isNaN(asUtc)) return NaN;
  const shown = (at: Instant): number =>
    Date.parse(`${localTime(at, timezone).text}Z`) - Math.floor(at / 60_000) * 60_000;
  // The second look is for the hours after the clock was changed.
  return asUtc - shown(asUtc - shown(asUtc));
}

/** Without a formatter, which costs a millisecond to make. */
function utcTime(date: Date): LocalTime {
  const day = date.getUTCDay();
  const text = date.toISOString().slice(0, 16);
  return { text, weekday: WEEKDAYS[day] ?? '', day, hour: date.getUTCHours(), minute: date.getUTCMinutes() };
}

const formatters = new Map<string, Intl.DateTimeFormat | null>();

/** Kept by zone: to make one takes longer than all else here. */
function formatter(timeZone: string): Intl.DateTimeFormat | null {
  const known = formatters.get(timeZone);
  if (known !== undefined) return known;
  const made = newFormatter(timeZone);
  // Whatever names of zones come in, the memory they take has an end.
  if (formatters.size < 1000) formatters.set(timeZone, made);
  return made;
}

function newFormatter(timeZone: string): Intl.DateTimeFormat | null {
  const two = '2-digit';
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: two,
      day: two,
      hour: two,
      minute: two,
      weekday: 'short',
    });
  } catch {
    return null;
  }
}
