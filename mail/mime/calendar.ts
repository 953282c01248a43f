/** What an invitation says, for display only (RFC 5545, RFC 5546); nothing is ever answered to it. */

/** The first event of a calendar file. */
export interface CalendarEvent {
  /** `REQUEST`, `CANCEL`, `REPLY`, … in upper case; empty where none is given. */
  method: string;
  uid: string | null;
  summary: string | null;
  location: string | null;
  /** ISO 8601; ends with `Z` when in UTC, is a date alone for a whole day, else local time of `zone`. */
  start: string | null;
  end: string | null;
  /** Name of the time zone as the sender wrote it, `UTC`, or null for floating time. */
  zone: string | null;
  /** Address of the organiser. */
  organizer: string | null;
}

interface Line {
  name: string;
  params: string;
  value: string;
}

const MAX_LINES = 20000;

/** The first event of a calendar file's text, or null where there is none. */
export function readCalendar(text: string): CalendarEvent | null {
  const lines = unfolded(text);
  const begin = lines.findIndex((line) => line.name === 'BEGIN' && /^V(?:EVENT|TODO)$/i.test(line.value));
  if (begin < 0) return null;
  const end = lines.findIndex((line, i) => i > begin && line.name === 'END' && /^V(?:EVENT|TODO)$/i.test(line.value));
  const event = lines.slice(begin + 1, end < 0 ? undefined : end);
  const find = (name: string): Line | undefined => event.find((line) => line.name === name);
  const start = moment(find('DTSTART'));
  return {
    method: (lines.find((line) => line.name === 'METHOD')?.value ?? '').toUpperCase(),
    uid: find('UID')?.value ?? null,
    summary: plain(find('SUMMARY')),
    location: plain(find('LOCATION')),
    start: start.iso,
    end: moment(find('DTEND') ?? find('DUE')).iso,
    zone: start.zone,
    organizer: find('ORGANIZER')?.value.replace(/^mailto:/i, '') ?? null,
  };
}

function unfolded(text: string): Line[] {
  const lines: Line[] = [];
  for (const line of text
    .replace(/\r\n?/g, '\n')
    .replace(/\n[ \t]/g, '')
    .split('\n')
    .slice(0, MAX_LINES)) {
    const match = /^([A-Za-z0-9-]+)((?:;[^":;]*(?:"[^"]*"[^":;]*)*)*):(.*)$/.exec(line.slice(0, 10000));
    if (match?.[1])
      lines.push({ name: match[1].toUpperCase(), params: match[2] ?? '', value: (match[3] ?? '').trim() });
  }
  return lines;
}

function plain(line: Line | undefined): string | null {
  return line ? line.value.replace(/\\n/gi, '\n').replace(/\\([\\;,])/g, '$1') : null;
}

function moment(line: Line | undefined): { iso: string | null; zone: string | null } {
  const match = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})?(Z)?)?/.exec(line?.value ?? '');
  if (!match) return { iso: null, zone: null };
  const [, year, month, day, hour, minute, second = '00', utc] = match;
  const date = `${year}-${month}-${day}`;
  if (hour === undefined) return { iso: date, zone: null };
  const zone = utc ? 'UTC' : (/;TZID="?([^";]+)"?/i.exec(line?.params ?? '')?.[1] ?? null);
  return { iso: `${date}T${hour}:${minute}:${second}${utc ?? ''}`, zone };
}
