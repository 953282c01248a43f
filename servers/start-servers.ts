import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { readServersFile } from './data-folder';
import { databaseAnswers } from './health';
import { ServerDidNotStart } from './errors';
import type { Log } from './first-way';
import { prepare, startTemporal } from './start-temporal';
import { temporalAccess, type TemporalAccessSettings } from './temporal-access';
import { startDatabase } from './start-database';

/** What to start, where, and what is already given. Only the first three must be said. */
export interface ServersToStart extends TemporalAccessSettings {
  readonly dataDir: string;
  readonly log: Log;
  readonly fsync: boolean;
  /** Starts just one of the two; the other's fields are empty strings. */
  readonly only?: 'temporal' | 'mongo';
  /** A Temporal that runs elsewhere, `host:port`; none of ours is started then. */
  readonly temporalAddress?: string | null;
  /** A MongoDB that runs elsewhere; none of ours is started then. */
  readonly mongoUri?: string | null;
  readonly namespace?: string;
  readonly retentionDays?: number;
  readonly cacheDir?: string;
  readonly downloads?: boolean;
  /** How long to wait for the folder's ports while servers of a Ringpost that was killed end; 20 s. */
  readonly portLimitMs?: number;
  /** How often servers of ours are asked whether they are healthy, and how many times in a row they may not answer. */
  readonly askEveryMs?: number;
  readonly failuresAllowed?: number;
}

/** Addresses of both servers; `stop` ends those that are ours. */
export interface StartedServers {
  readonly temporalAddress: string;
  /** Address of the Web UI; empty when Temporal is not ours. */
  readonly temporalUi: string;
  readonly namespace: string;
  readonly mongoUri: string;
  readonly mongoKind: 'given' | 'mongod' | 'embedded' | 'none';
  /** Search attributes Temporal would not register, for the health page. */
  readonly missingAttributes: readonly string[];
  /** Process ids of the servers that are ours, for health and for tests that kill them. */
  processes(): { readonly temporal: number | undefined; readonly mongo: number | undefined };
  stop(): Promise<void>;
}

/** Where programs are kept when no other cache folder is named. */
function defaultCacheDir(): string {
  return join(homedir(), '.cache', 'ringpost');
}

/**
 * Finds, starts and keeps running the two servers Ringpost needs, on ports kept for the life of the data folder.
 *
 * @throws NoServerAvailable, PortTaken, ServerDidNotStart; whatever had been started is stopped again.
 */
export async function startServers(wish: ServersToStart): Promise<StartedServers> {
  const whole = {
    ...wish,
    namespace: wish.namespace ?? 'ringpost',
    retentionDays: wish.retentionDays ?? 30,
    cacheDir: wish.cacheDir ?? defaultCacheDir(),
    downloads: wish.downloads ?? true,
    portLimitMs: wish.portLimitMs ?? 20_000,
    dataDir: resolve(wish.dataDir),
  };
  const file = await readServersFile(whole.dataDir);
  const [database, temporal] = await Promise.allSettled([
    wish.only === 'temporal' ? NONE : databaseFor({ ...whole, file }),
    wish.only === 'mongo' ? NONE : temporalFor({ ...whole, ports: file }),
  ]);
  if (database.status === 'fulfilled' && temporal.status === 'fulfilled') {
    const [mongo, flow] = [database.value, temporal.value];
    return {
      temporalAddress: flow.address,
      temporalUi: flow.ui,
      namespace: whole.namespace,
      mongoUri: mongo.uri,
      mongoKind: mongo.kind,
      missingAttributes: flow.missingAttributes,
      processes: () => ({ temporal: flow.server?.pid(), mongo: mongo.server?.pid() }),
      stop: async () => {
        await Promise.all([flow.server?.stop(), mongo.server?.stop()]);
      },
    };
  }
  const reasons: unknown[] = [];
  for (const outcome of [database, temporal]) {
    if (outcome.status === 'fulfilled') await outcome.value.server?.stop();
    else reasons.push(outcome.reason);
  }
  throw reasons[0];
}

const NONE = { address: '', ui: '', uri: '', kind: 'none', missingAttributes: [], server: null } as const;

async function temporalFor(
  wish: Parameters<typeof startTemporal>[0] & TemporalAccessSettings & Pick<ServersToStart, 'temporalAddress'>,
): Promise<Pick<Awaited<ReturnType<typeof startTemporal>>, 'address' | 'ui' | 'missingAttributes'> & MayBeOurs> {
  if (wish.temporalAddress === undefined || wish.temporalAddress === null) return startTemporal(wish);
  const address = wish.temporalAddress;
  wish.log(`Temporal: ${address}, from the settings`);
  const access = await temporalAccess(wish);
  const missingAttributes = await prepare(wish, address, access).catch((failure: unknown) => {
    throw new ServerDidNotStart(`Temporal at ${address} (TEMPORAL_ADDRESS) cannot be used: ${String(failure)}`);
  });
  return { address, ui: '', missingAttributes, server: null };
}

async function databaseFor(
  wish: Parameters<typeof startDatabase>[0] & Pick<ServersToStart, 'mongoUri'>,
): Promise<{ uri: string; kind: StartedServers['mongoKind'] } & MayBeOurs> {
  if (wish.mongoUri === undefined || wish.mongoUri === null) return startDatabase(wish);
  wish.log('Database: from the settings (MONGODB_URI)');
  if (!(await databaseAnswers(wish.mongoUri))) {
    throw new ServerDidNotStart('The database named by MONGODB_URI does not answer a ping within 2 s.');
  }
  return { uri: wish.mongoUri, kind: 'given', server: null };
}

interface MayBeOurs {
  readonly server: Awaited<ReturnType<typeof startDatabase>>['server'] | null;
}
