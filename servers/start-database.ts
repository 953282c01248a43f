import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { awaitFreePort, writeServersFile, type ServersFile } from './data-folder';
import { findDatabase, type DatabaseKind, type DatabaseProgram } from './database-program';
import { databaseAnswers, listens } from './health';
import { keepRunning, type RunningServer } from './keep-running';
import type { ProgramSearch } from './temporal-program';

/** What is needed to run the database on a data folder. */
export interface DatabaseToStart extends ProgramSearch {
  readonly dataDir: string;
  readonly portLimitMs: number;
  readonly askEveryMs?: number;
  readonly failuresAllowed?: number;
  readonly file: ServersFile;
  /** Whether each commit is forced to the disk; false only where losing the machine may lose data (tests). */
  readonly fsync: boolean;
}

/** A database of ours that runs. */
export interface RunningDatabase {
  readonly uri: string;
  readonly kind: DatabaseKind;
  readonly server: RunningServer;
}

const START_LIMIT_MS = 120_000;

/**
 * Finds a MongoDB-compatible server and runs it on the folder's port, always the same kind for the same folder.
 *
 * @throws NoServerAvailable, PortTaken, ServerDidNotStart
 */
export async function startDatabase(wish: DatabaseToStart): Promise<RunningDatabase> {
  const { dataDir, file, log } = wish;
  const program = await findDatabase({ ...wish, kind: file.mongoKind });
  if (file.mongoKind === null) await writeServersFile(dataDir, { ...file, mongoKind: program.kind });
  await awaitFreePort({ port: file.mongoPort, dataDir, limitMs: wish.portLimitMs });
  const folder = join(dataDir, 'mongo');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const uri = `mongodb://127.0.0.1:${file.mongoPort}/?directConnection=true`;
  const startedAt = Date.now();
  const server = await keepRunning({
    name: 'Database',
    ...commandFor(program, { folder, port: file.mongoPort, fsync: wish.fsync }),
    logFile: join(dataDir, 'logs', 'database.log'),
    isHealthy: async () => (await listens(`127.0.0.1:${file.mongoPort}`)) && (await databaseAnswers(uri)),
    startLimitMs: START_LIMIT_MS,
    askEveryMs: wish.askEveryMs,
    failuresAllowed: wish.failuresAllowed,
    log,
  });
  log(`Database: ${program.kind} ready at ${uri} after ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
  return { uri, kind: program.kind, server };
}

function commandFor(
  program: DatabaseProgram,
  place: { folder: string; port: number; fsync: boolean },
): { command: string; args: string[]; endsWithInput: boolean } {
  if (program.kind === 'mongod') {
    const args = [`--dbpath=${place.folder}`, `--port=${place.port}`, '--bind_ip=127.0.0.1', '--quiet'];
    return { command: program.command, args, endsWithInput: false };
  }
  const args = [
    '-Xmx768m',
    '-XX:+UseSerialGC',
    '-XX:+ExitOnOutOfMemoryError',
    // An operation waits for its commit on its connection's thread: more threads, larger groups.
    '-Dio.netty.eventLoopThreads=128',
    '-Dslf4j.internal.verbosity=ERROR',
    `-cp`,
    program.classPath,
    'RingpostDatabase',
    `--file=${join(place.folder, 'data.mv.db')}`,
    `--port=${place.port}`,
    `--fsync=${place.fsync ? 'on' : 'off'}`,
  ];
  return { command: program.java, args, endsWithInput: true };
}
