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

/** Without a formatter, which costs a millisecond to make. */
function utcTime(date: Date): LocalTime {
  const day = date.getUTCDay();
  const text = date.toISOString().slice(0, 16);
  return { text, weekday: WEEKDAYS[day] ?? '', day, hour: date.getUTCHours(), minute: date.getUTCMinutes() };
}

function formatter(timeZone: string): Intl.DateTimeFormat | null {
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
