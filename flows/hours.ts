import { WEEKDAYS, type LocalTime } from './local-time';

/** One span of opening hours; an end at or before its start lies on the next day. Minutes from midnight. */
export interface HoursSpan {
  days: number[];
  from: number;
  to: number;
}

const SPAN = /^([a-z]{3}(?:-[a-z]{3})?(?: [a-z]{3}(?:-[a-z]{3})?)*|daily) (\d{2}):(\d{2})-(\d{2}):(\d{2})$/;

/**
 * Reads `"mon-fri 09:00-18:00, sat 10:00-13:00"`; `daily` stands for all seven days, `22:00-06:00` ends the next day,
 * `24:00` is allowed as an end. Null when the text is not of this form.
 */
export function readHours(text: string): HoursSpan[] | null {
  const spans: HoursSpan[] = [];
  for (const piece of text.toLowerCase().split(',')) {
    const match = SPAN.exec(piece.trim());
    if (!match) return null;
    const days = readDays(match[1] ?? '');
    const from = minutes(match[2], match[3]);
    const to = minutes(match[4], match[5]);
    if (!days || from === null || to === null || from === 1440) return null;
    spans.push({ days, from, to });
  }
  return spans;
}

/** True when the local time lies in one of the spans. */
export function isOpen(spans: HoursSpan[], now: LocalTime): boolean {
  const minute = now.hour * 60 + now.minute;
  const yesterday = (now.day + 6) % 7;
  return spans.some(({ days, from, to }) => {
    if (from < to) return days.includes(now.day) && minute >= from && minute < to;
    return (days.includes(now.day) && minute >= from) || (days.includes(yesterday) && minute < to);
  });
}

function readDays(text: string): number[] | null {
  if (text === 'daily') return [0, 1, 2, 3, 4, 5, 6];
  const days = new Set<number>();
  for (const piece of text.split(' ')) {
    const [first, last] = piece.split('-').map((name) => WEEKDAYS.findIndex((day) => day === name));
    if (first === undefined || first < 0 || (last !== undefined && last < 0)) return null;
    for (let day = first; ; day = (day + 1) % 7) {
      days.add(day);
      if (day === (last ?? first)) break;
    }
  }
  return [...days];
}

function minutes(hour = '', minute = ''): number | null {
  const total = Number(hour) * 60 + Number(minute);
  return Number(minute) < 60 && total <= 1440 ? total : null;
}
