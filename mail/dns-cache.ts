/** DNS look-ups with a memory, so that a mail from a busy domain costs no round trip. */
import { Resolver } from 'node:dns/promises';

/** Looks up records of one type, as Node's `resolve` does; rejects with its error codes. */
export type ResolveDns = (name: string, type: string) => Promise<string[][] | string[]>;

/** How long and how much is remembered. */
export interface DnsCacheOptions {
  resolve?: ResolveDns;
  /** How long an answer holds; DNS's own times are not told by Node. Default 5 min. */
  answerMs?: number;
  /** How long a failure holds. Default 1 min. */
  failureMs?: number;
  maxEntries?: number;
  now?: () => number;
}

/** A resolver that remembers answers and failures; equal look-ups under way share one answer. */
export function createDnsCache(options: DnsCacheOptions = {}): ResolveDns {
  const {
    resolve = systemResolver(),
    answerMs = 300_000,
    failureMs = 60_000,
    maxEntries = 5000,
    now = Date.now,
  } = options;
  const entries = new Map<string, { until: number; answer: Promise<string[][] | string[]> }>();
  return async (name, type) => {
    const key = `${type} ${name.toLowerCase()}`;
    const known = entries.get(key);
    if (known && known.until > now()) return known.answer;
    const answer = resolve(name, type);
    const entry = { until: now() + answerMs, answer };
    entries.delete(key);
    entries.set(key, entry);
    const [oldest] = entries.keys();
    if (entries.size > maxEntries && oldest !== undefined) entries.delete(oldest);
    answer.catch(() => {
      entry.until = now() + failureMs;
    });
    return answer;
  };
}

function systemResolver(): ResolveDns {
  const resolver = new Resolver({ timeout: 2000, tries: 2 });
  return async (name, type) => {
    const records: unknown = await resolver.resolve(name, type);
    return isAnswer(records) ? records : [];
  };
}

/** mailauth's type says strings; for MX it takes Node's objects, which is what we hand on. */
function isAnswer(records: unknown): records is string[] {
  return Array.isArray(records);
}
