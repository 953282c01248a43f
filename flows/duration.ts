/** Units a flow may write, in milliseconds. */
const UNIT_MS = new Map([
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);
const SHORT = /^(\d{1,9})([smhd])$/;
const ISO = /^P(?:(\d{1,9})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?)?$/;

/** The longest duration a flow may name: a year. */
export const LONGEST_MS = 366 * 86_400_000;

/**
 * Reads `"60s" "15m" "8h" "3d"` or ISO 8601 `"PT60S" "P1DT2H"` as milliseconds.
 * Null for anything else (bare numbers, months, fractions, zero); lengths over `LONGEST_MS` are given back as they are.
 */
export function durationMs(text: string): number | null {
  const short = SHORT.exec(text);
  if (short) return positive(Number(short[1]) * (UNIT_MS.get(short[2] ?? '') ?? 0));
  const iso = ISO.exec(text);
  if (!iso || text.endsWith('T')) return null;
  const [days, hours, minutes, seconds] = iso.slice(1, 5).map((part) => Number(part ?? 0));
  return positive((((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60_000 + (seconds ?? 0) * 1000);
}

function positive(ms: number): number | null {
  return ms > 0 ? ms : null;
}

/** Writes milliseconds for a person: `"1 h 30 min"`; whole seconds, at most two units. */
export function durationWords(ms: number): string {
  let rest = Math.max(0, Math.round(ms / 1000));
  const parts: string[] = [];
  for (const [seconds, name] of [
    [86_400, 'd'],
    [3600, 'h'],
    [60, 'min'],
    [1, 's'],
  ] as const) {
    const count = Math.floor(rest / seconds);
    rest -= count * seconds;
    if (count > 0) parts.push(`${count} ${name}`);
  }
  return parts.slice(0, 2).join(' ') || '0 s';
}

/** Writes milliseconds as a flow or a test writes them, in whole units: `"121h"`; zero is `"0s"`. */
export function durationText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  for (const [size, unit] of [
    [86_400, 'd'],
    [3600, 'h'],
    [60, 'm'],
  ] as const) {
    if (seconds > 0 && seconds % size === 0) return `${seconds / size}${unit}`;
  }
  return `${seconds}s`;
}
