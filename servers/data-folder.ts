import { randomInt } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { DatabaseKind } from './database-program';
import { PortTaken } from './errors';

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

/** Reads `servers.json` of a data folder, making folder and file with free ports when they are not there. */
export async function readServersFile(dataDir: string): Promise<ServersFile> {
  await mkdir(join(dataDir, 'logs'), { recursive: true, mode: 0o700 });
  const text = await readFile(join(dataDir, 'servers.json'), 'utf8').catch((failure: NodeJS.ErrnoException) => {
    if (failure.code === 'ENOENT') return null;
    throw failure;
  });
  if (text !== null) return parse(text, dataDir);
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
  const target = join(dataDir, 'servers.json');
  const handle = await open(`${target}.new`, 'w', 0o600);
  await handle.writeFile(`${JSON.stringify(file, null, 2)}\n`);
  await handle.sync();
  await handle.close();
  await rename(`${target}.new`, target);
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
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

function parse(text: string, dataDir: string): ServersFile {
  const file: Partial<ServersFile> = JSON.parse(text);
  const { temporalPort, temporalUiPort, mongoPort, mongoKind = null } = file;
  if (temporalPort === undefined || temporalUiPort === undefined || mongoPort === undefined) {
    throw new Error(`${join(dataDir, 'servers.json')} lacks a port; delete it and new ports are chosen.`);
  }
  return { temporalPort, temporalUiPort, mongoPort, mongoKind };
}
