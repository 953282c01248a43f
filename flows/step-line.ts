import type { TraceEntry } from './state';

/**
 * One step as `ringpost flow simulate` prints it and the API shows it: what happened, who did it, by which outcome it went
 * where, the case that matched and what was read to decide. Nothing personal is in it.
 */
export function stepLine({ what, by, outcome, next, detail = {} }: TraceEntry): string {
  const who = by === undefined ? '' : ` (${by})`;
  const way = outcome === undefined ? '' : ` ${outcome}`;
  const to = next === undefined || outcome === undefined ? '' : ` → ${next}`;
  return `${what}${who}${way}${to}${readWords(detail['read'])}`;
}

/** What a step read, in brackets: `[enquiry.priority 5, message.language "en"]`; empty when it read nothing that may be told. */
export function readWords(read: unknown): string {
  if (typeof read !== 'object' || read === null) return '';
  const words = Object.entries(read).map(([path, value]) => `${path} ${JSON.stringify(value)}`);
  return words.length === 0 ? '' : ` [${words.join(', ')}]`;
}
