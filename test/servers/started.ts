import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServers, type ServersToStart, type StartedServers } from '../../servers/start-servers';

/** Servers of one test, apart from the shared ones because it kills them, and what they said. */
export interface OwnServers {
  readonly dataDir: string;
  readonly lines: string[];
  start(wish?: Partial<ServersToStart>): Promise<StartedServers>;
  /** Ends all that were started and removes the folder. */
  end(): Promise<void>;
}

/** A fresh data folder on which a test can start, kill and start servers again. */
export async function ownServers(): Promise<OwnServers> {
  const dataDir = await mkdtemp(join(tmpdir(), 'ringpost-own-'));
  const lines: string[] = [];
  const started: StartedServers[] = [];
  return {
    dataDir,
    lines,
    start: async (wish) => {
      const servers = await startServers({ dataDir, fsync: true, log: (line) => void lines.push(line), ...wish });
      started.push(servers);
      return servers;
    },
    end: async () => {
      await Promise.all(started.map(async (servers) => servers.stop()));
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
