import { NoServerAvailable } from './errors';

/** Takes one progress line for the person who waits, without a line break. */
export type Log = (line: string) => void;

/** One way to come by a program: either what was found, or the reason why this way is closed. */
export interface Way<T> {
  readonly name: string;
  readonly find: () => Promise<{ readonly found: T } | { readonly because: string }>;
}

/** What `firstWay` needs: the program's name for people, the ways in order, and what to install when all fail. */
export interface Search<T> {
  readonly what: string;
  readonly ways: readonly Way<T>[];
  readonly install: string;
  readonly log: Log;
}

/**
 * Tries each way in order and returns the first find with the name of its way.
 *
 * @throws NoServerAvailable with one sentence naming every way and its reason.
 */
export async function firstWay<T>(search: Search<T>): Promise<{ readonly found: T; readonly way: string }> {
  const reasons: string[] = [];
  for (const way of search.ways) {
    const result = await way.find().catch((failure: unknown) => ({ because: firstLine(failure) }));
    if ('found' in result) {
      const before = reasons.length === 0 ? '' : ` (${reasons.join('; ')})`;
      search.log(`${search.what}: taken from ${way.name}${before}`);
      return { found: result.found, way: way.name };
    }
    reasons.push(`${way.name}: ${result.because}`);
  }
  throw new NoServerAvailable(
    `${search.what} could not be obtained (${reasons.join('; ')}). ${search.install} and start again.`,
  );
}

function firstLine(failure: unknown): string {
  const message = failure instanceof Error ? failure.message : String(failure);
  return message.split('\n')[0] ?? message;
}
