import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { DatabaseKind } from './database-program';
import { DataFolderUnusable, PortTaken } from './errors';
import { makeDataFolder } from './make-folder';
import { readJsonIfThere, writeWholeJson } from './whole-file';

/** What a data folder remembers of its servers, so that addresses stay the same for its whole life. */
export interface ServersFile {
  readonly temporalPort: number;
  readonly temporalUiPort: number;
  readonly mongoPort: number;
  /** Which program wrote the database files; null until one has. */
  readonly mongoKind: DatabaseKind | null;
}

// Below the range from which Linux takes the local ports of outgoing connections (32768 and up).
const [LOWEST_PORT, HIGHEST_PORT] = [20_000, 32_000];

const RESTORE =
  'Put it back from the last backup; or delete it and new ports are chosen (where mongod, not the embedded database, wrote ' +
  'this folder, let mongod be found again).';

/**
 * Reads `servers.json` of a data folder, making folder and file with free ports when they are not there.
 *
 * @throws DataFolderUnusable
 */
export async function readServersFile(dataDir: string): Promise<ServersFile> {
  await makeDataFolder(dataDir);
  await makeDataFolder(join(dataDir, 'logs'));
  const path = join(dataDir, 'servers.json');
  const known = await readJsonIfThere(path, RESTORE);
  if (known !== null) return checked(known, path);
  const ports = new Set<number>();
  while (ports.size < 3) {
    const port = randomInt(LOWEST_PORT, HIGHEST_PORT);
    if (await isFree(port)) ports.add(port);
  }
  const [temporalPort = 0, temporalUiPort = 0, mongoPort = 0] = ports;
  const file = { temporalPort, temporalUiPort, mongoPort, mongoKind: null };
  await writeServersFile(dataDir, file);
  return file;
}

/** Replaces `servers.json` in one rename, forced to the disk. */
export async function writeServersFile(dataDir: string, file: ServersFile): Promise<void> {
  await writeWholeJson(join(dataDir, 'servers.json'), file);
}

/**
 * Waits until a port of this folder is free: the servers of a Ringpost that was just killed need a moment to end.
 *
 * @throws PortTaken after `limitMs`.
 */
export async function awaitFreePort(wish: { port: number; dataDir: string; limitMs: number }): Promise<void> {
  const until = Date.now() + wish.limitMs;
  while (!(await isFree(wish.port))) {
    if (Date.now() > until) {
      throw new PortTaken(
        `Port ${wish.port} of the data folder ${wish.dataDir} is in use. Most likely another Ringpost runs on this ` +
          `folder: stop it first, or name another folder with RINGPOST_DATA_DIR. If it is another program's port, end ` +
          `that program; if it has to stay, write a free port instead of ${wish.port} into ${join(wish.dataDir, 'servers.json')}.`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    // Whoever connects in the moment it listens is sent away: a server ends only when its connections have.
    const server = createServer((client) => client.destroy());
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

function checked(found: object, path: string): ServersFile {
  const { temporalPort, temporalUiPort, mongoPort, mongoKind = null } = found as Partial<ServersFile>;
  if (temporalPort === undefined || temporalUiPort === undefined || mongoPort === undefined) {
    throw new DataFolderUnusable(`${path} lacks a port. ${RESTORE}`);
  }
  return { temporalPort, temporalUiPort, mongoPort, mongoKind };
}
