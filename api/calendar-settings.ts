import { isTimezone, readHours } from '../flows';
import type { CalendarSettings } from '../store/calendars';
import { ApiError } from './api-error';

/** Refuses a time zone this system does not know, hours that cannot be read, and days there are not. */
export function refuseWrongCalendar({ timezone, hours, holidays }: CalendarSettings): void {
  const days = holidays.flatMap(({ date }, index) => {
    const where = `/holidays/${index}/date`;
    if (!isDay(date)) return [{ where, what: 'is no day of a calendar; write it as 2026-12-25' }];
    const twice = holidays.findIndex((other) => other.date === date) < index;
    return twice ? [{ where, what: `stands there already: ${date} is one holiday` }] : [];
  });
  const findings = [
    ...(isTimezone(timezone) ? [] : [{ where: '/timezone', what: 'is not a known time zone, such as Europe/Berlin' }]),
    ...(readHours(hours) === null
      ? [{ where: '/hours', what: 'cannot be read; write them as "mon-fri 09:00-18:00, sat 10:00-13:00"' }]
      : []),
    ...days,
  ];
  if (findings.length > 0) throw new ApiError('wrong-body', undefined, { findings });
}

function isDay(date: string): boolean {
  const at = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(date);
}
