import type { SightOf } from './enquiries/visible-to';
import { termsOf } from './search/fold';
import { createIndexing, type IndexingPorts } from './search/indexing';
import type { SearchHit, SearchKind, SearchPlace } from './search/search-index';

export type { SearchHit, SearchPlace } from './search/search-index';
export { tokensOf } from './search/fold';

/** What somebody looks for. */
export interface Search {
  /** Words, which may be only begun; phrases in quotes; `#17` is a number. All must be there. */
  query: string;
  kinds: SearchKind[];
  /** Null: everything. Rights to contacts are asked by whoever shows them. */
  sight: SightOf | null;
  before: SearchPlace | null;
  limit: number;
}

/** Searching, in one process. */
export interface Searching {
  /** Newest first; nothing when there is no word in the query. */
  find(search: Search): Promise<SearchHit[]>;
  /** Brings the index to what the store says now. */
  look(): Promise<void>;
  close(): Promise<void>;
}

const QUIET_MS = 1_000;
const MOST_POSTPONED = 6;

/** Opens search over an index and keeps it up to date every `everyMs`; `say` hears of looks that failed. */
export function openSearch(ports: IndexingPorts & { everyMs: number; say: (error: unknown) => void }): Searching {
  const { index, everyMs, say } = ports;
  const indexing = createIndexing(ports);
  let looking: Promise<void> | null = null;
  const look = (): Promise<void> => {
    looking ??= indexing.look().finally(() => {
      looking = null;
    });
    return looking;
  };
  // While mails come the index waits for a quiet moment: nothing of a mail's way is slower for it.
  let busyAt = 0;
  let postponed = 0;
  const deaf = ports.hints.listen(() => {
    busyAt = ports.now().getTime();
  });
  const timer = setInterval(() => {
    const busy = ports.now().getTime() - busyAt < QUIET_MS;
    postponed = busy ? postponed + 1 : 0;
    if (busy && postponed < MOST_POSTPONED) return;
    postponed = 0;
    void look().catch(say);
  }, everyMs);
  timer.unref();
  void look().catch(say);
  return {
    find({ query, ...asked }) {
      // Whoever looks again finds what has just come.
      void look().catch(say);
      return index.find({ terms: termsOf(query), ...asked });
    },
    look,
    async close() {
      clearInterval(timer);
      deaf();
      indexing.stop();
      await looking?.catch(() => undefined);
      await index.close();
    },
  };
}
