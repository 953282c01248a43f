import { join } from 'node:path';
import type { WorkLog } from '../../activities/ports';
import { openSearch, type Searching } from '../../store/search';
import { openSqliteIndex } from '../../store/search/sqlite-index';
import type { Runtime } from './open-runtime';

const LOOK_EVERY_MS = 5_000;

/** Starts search: over a file of this process on the embedded database, over the database where that is given. */
export async function startSearch({ config, store, role }: Runtime, log: WorkLog): Promise<Searching> {
  // A file belongs to one process; API processes beside each other are told apart by their port.
  const file = join(config.dataDir, 'search', role === 'all' ? 'search.sqlite' : `search-${config.apiPort}.sqlite`);
  return openSearch({
    ...store,
    touched: store.searchTouched,
    index: config.mongoUri ? store.searchEntries : await openSqliteIndex(file),
    everyMs: LOOK_EVERY_MS,
    now: () => new Date(),
    say: (error) => {
      const reason = error instanceof Error ? error.message : String(error);
      log({ level: 'warn', msg: 'The search index could not be brought up to date.', error: reason });
    },
  });
}
