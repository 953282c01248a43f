import { isOpen, readHours } from './hours';
import { localTime } from './local-time';
import type { Instant } from './state';

/** Opening hours of a week in a time zone, and the days on which it is closed all the same. */
export interface Calendar {
  /** IANA name, such as `Asia/Hong_Kong`. */
  timezone: string;
  /** Such as `mon-fri 09:00-18:00, sat 10:00-13:00`. */
  hours: string;
  /** Closed from midnight to midnight; `date` is YYYY-MM-DD. */
  holidays: readonly { date: string; name: string }[];
}

/** What a calendar says of a moment; `holiday` is the name of the one that closes it. */
export interface CalendarAt {
  open: boolean;
  holiday?: string;
}

/** Slug of the calendar that holds where a flow names none. */
export const WORKSPACE_CALENDAR = 'workspace';

/** Whether the calendar is open at a moment; hours that cannot be read are closed (saving refuses them). */
export function calendarAt({ timezone, hours, holidays }: Calendar, at: Instant): CalendarAt {
  const now = localTime(at, timezone);
  const holiday = holidays.find(({ date }) => date === now.text.slice(0, 10));
  if (holiday) return { open: false, holiday: holiday.name };
  const spans = readHours(hours);
  return { open: spans !== null && isOpen(spans, now) };
}
