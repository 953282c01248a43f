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
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** What the clock shows at `at` in the IANA zone; UTC when the zone is unknown (publishing refuses such a flow). */
export function localTime(at: Instant, timezone: string): LocalTime {
  const safe = Number.isFinite(at) && Math.abs(at) < 8.6e15 - 86_400_000 ? at : 0;
  const zone = isTimezone(timezone) ? timezone : 'UTC';
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    weekday: 'short',
  }).formatToParts(safe);
  const part = (type: string): string => parts.find((entry) => entry.type === type)?.value ?? '';
  const weekday = part('weekday').toLowerCase();
  return {
    text: `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}`,
    weekday,
    day: WEEKDAYS.findIndex((name) => name === weekday),
    hour: Number(part('hour')),
    minute: Number(part('minute')),
  };
}
