import { mkdir } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import type { SearchHit, SearchIndex } from './search-index';
import type { SqliteAnswer, SqliteRequest } from './sqlite-thread';

interface Waiting {
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
}

/**
 * The index as a SQLite file, in a thread of its own; one process a file. Its WebAssembly, the only one here, is compiled
 * once and simply: V8's optimising compiler takes 35 MiB for it, which stay. Without, indexing costs the same and a search a
 * third more.
 */
export async function openSqliteIndex(file: string): Promise<SearchIndex> {
  setFlagsFromString('--liftoff-only');
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const thread = startThread(file);
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let gone: Error | null = null;

  const end = (error: Error): void => {
    gone = error;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  thread.on('message', (answer: SqliteAnswer) => {
    const asked = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (waiting.size === 0) thread.unref();
    if ('error' in answer) asked?.reject(new Error(`The search index: ${answer.error}`));
    else asked?.resolve(answer.value);
  });
  thread.on('error', end);
  thread.on('exit', () => end(new Error('The thread of the search index has ended.')));

  async function call<T>(name: string, ...args: unknown[]): Promise<T> {
    if (gone) throw gone;
    lastId += 1;
    const request: SqliteRequest = { id: lastId, call: name, args };
    const answer = new Promise<unknown>((resolve, reject) => waiting.set(request.id, { resolve, reject }));
    thread.ref();
    thread.postMessage(request, []);
    // The thread answers what `SqliteCalls` says of the call.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return (await answer) as T;
  }

  return {
    put: (documents, upTo) => call('put', documents, ...(upTo === undefined ? [] : [upTo])),
    remove: (ids, purge = false) => call('remove', ids, purge),
    find: (asked) => call<SearchHit[]>('find', asked),
    stamps: async (ids) => new Map(await call<[string, string][]>('stamps', ids)),
    upTo: () => call<number | null>('upTo'),
    clear: () => call('clear'),
    async close() {
      await call('close').catch(() => undefined);
      await thread.terminate();
    },
  };
}

/** The compiled thread, or the source by way of tsx where we run from source (tests, development). */
function startThread(searchFile: string): Worker {
  if (extname(__filename) !== '.ts') {
    return new Worker(join(__dirname, 'sqlite-thread.js'), { execArgv: [], workerData: { searchFile } });
  }
  const run =
    'const { workerData } = require("node:worker_threads"); require(workerData.tsx); require(workerData.file);';
  const file = join(__dirname, 'sqlite-thread.ts');
  return new Worker(run, {
    eval: true,
    execArgv: [],
    workerData: { tsx: require.resolve('tsx/cjs'), file, searchFile },
  });
}
