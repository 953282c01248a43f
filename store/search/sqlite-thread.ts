/** The thread that holds the search file; it answers one call after the other. */
import { parentPort, workerData } from 'node:worker_threads';
import { openSqliteTables } from './sqlite-tables';

/** A call, as it is posted. */
export interface SqliteRequest {
  id: number;
  call: string;
  args: unknown[];
}

/** Its answer. */
export type SqliteAnswer = { id: number; value: unknown } | { id: number; error: string };

const { searchFile } = workerData as { searchFile: string };
const tables = new Map<string, (...args: never[]) => unknown>(Object.entries(openSqliteTables(searchFile)));

parentPort?.on('message', ({ id, call, args }: SqliteRequest) => {
  let answer: SqliteAnswer;
  try {
    const value = tables.get(call)?.(...(args as never[]));
    answer = { id, value };
  } catch (error) {
    answer = { id, error: error instanceof Error ? error.message : String(error) };
  }
  parentPort?.postMessage(answer, []);
});
