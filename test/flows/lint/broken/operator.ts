/** One way to break a ready flow by a single edit, and what must be found there: written before the linter sees it. */
export interface Operator {
  /** Expected code. */
  code: string;
  /** What the edit does, in words joined by "-"; with the code the name of its file. */
  name: string;
  /** The ready flow it is done to. */
  base: string;
  from: string;
  to: string;
  /** Expected pointer. */
  pointer: string;
}

/** The ready flows, by the letters that the tables use. */
export const [B, D, H, N, O, T, V] = [
  'broadcast',
  'support-desk',
  'working-hours',
  'out-of-hours',
  'owner-first',
  'two-sites',
  'vip-webhook',
] as const;

/** Rows of a table as operators: code, name, base, from, to, pointer. */
export function operators(rows: [string, string, string, string, string, string][]): Operator[] {
  return rows.map(([code, name, base, from, to, pointer]) => ({ code, name, base, from, to, pointer }));
}

/** The text with that one edit; the place must stand in it. */
export function edit(text: string, { from, to, code, name }: Operator): string {
  const at = text.indexOf(from);
  if (at < 0) throw new Error(`${code} ${name}: the flow has no ${from}`);
  return text.slice(0, at) + to + text.slice(at + from.length);
}
