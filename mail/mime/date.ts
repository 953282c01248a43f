/** Dates of mail headers (RFC 5322 3.3 with the obsolete forms, asctime, ISO 8601). */

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
// Programs that ask the machine's language for the name.
const GERMAN_MONTHS: Partial<Record<string, string>> = { mai: 'may', okt: 'oct', dez: 'dec', mrz: 'mar' };
const ZONES: Record<string, number> = {
  ut: 0,
  utc: 0,
  gmt: 0,
  z: 0,
  est: -300,
  edt: -240,
  cst: -360,
  cdt: -300,
  mst: -420,
  mdt: -360,
  pst: -480,
  pdt: -420,
  cet: 60,
  cest: 120,
  bst: 60,
  jst: 540,
  msk: 180,
};

const RFC_5322 =
  /(\d{1,2})[\s-]+([a-z]{3,9})\.?[\s-]+(\d{2,4})[\s,]+(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:\.\d+)?)?\s*(?:([ap]m)\b)?\s*((?:gmt|utc)?[+-]\s?\d{1,2}:?\d{2}|[a-z]{1,5})?/i;
const ASCTIME =
  /([a-z]{3})\s+(\d{1,2})\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s+(?:([a-z]{3,5})\s+)?(\d{4})(?:\s+([+-]\d{4}))?/i;
// As scripts print it: `Nov 30 2026 09:12:44 GMT+0100`.
const MONTH_FIRST =
  /([a-z]{3,9})\.?\s+(\d{1,2}),?\s+(\d{4})[\s,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*((?:gmt|utc)?[+-]\d{1,2}:?\d{2}|[a-z]{1,5})?/i;

/** The moment a Date value names, or null where no date can be read of it. */
export function readDate(value: string | null): Date | null {
  const plain = (value ?? '').replace(/\([^()]*\)/g, ' ').trim();
  const rfc = RFC_5322.exec(plain);
  if (rfc) {
    const [, day, month, year, hour, minute, second, half, zone] = rfc;
    return moment({ day, month, year, hour: twelve(hour, half), minute, second, zone });
  }
  const asctime = ASCTIME.exec(plain);
  if (asctime) {
    const [, month, day, hour, minute, second, name, year, offset] = asctime;
    return moment({ day, month, year, hour, minute, second, zone: offset ?? name });
  }
  const turned = MONTH_FIRST.exec(plain);
  if (turned) {
    const [, month, day, year, hour, minute, second, zone] = turned;
    return moment({ day, month, year, hour, minute, second, zone });
  }
  if (!/^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/.test(plain)) return null;
  const iso = new Date(plain.replace(' ', 'T').replace(/\s+/g, ''));
  return Number.isNaN(iso.getTime()) ? null : iso;
}

type Field = string | undefined;

function moment(parts: Record<'day' | 'month' | 'year' | 'hour' | 'minute' | 'second' | 'zone', Field>): Date | null {
  const word = (parts.month ?? '').slice(0, 3).toLowerCase();
  const month = MONTHS.indexOf(GERMAN_MONTHS[word] ?? word);
  if (month < 0) return null;
  const time = Date.UTC(
    fullYear(parts.year ?? ''),
    month,
    Number(parts.day),
    Number(parts.hour),
    Number(parts.minute),
    Math.min(Number(parts.second ?? 0), 59),
  );
  const date = new Date(time - offsetMinutes(parts.zone ?? '') * 60_000);
  return Number(parts.day) > 31 || Number(parts.hour) > 24 || Number.isNaN(date.getTime()) ? null : date;
}

function fullYear(year: string): number {
  const number = Number(year);
  if (year.length === 2) return number + (number < 50 ? 2000 : 1900);
  return year.length === 3 ? number + 1900 : number;
}

function twelve(hour: Field, half: Field): string {
  if (!half) return hour ?? '';
  return String((Number(hour) % 12) + (half.toLowerCase() === 'pm' ? 12 : 0));
}

function offsetMinutes(zone: string): number {
  const digits = /^(?:gmt|utc)?([+-])\s?(\d{1,2}):?(\d{2})$/i.exec(zone);
  if (!digits) {
    const name = zone.toLowerCase();
    return Object.hasOwn(ZONES, name) ? (ZONES[name] ?? 0) : 0;
  }
  const minutes = Number(digits[2]) * 60 + Number(digits[3]);
  if (minutes > 15 * 60) return 0;
  return digits[1] === '-' ? -minutes : minutes;
}
