import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { awaitFreePort, type ServersFile } from './data-folder';
import { temporalAnswers } from './health';
import { keepRunning, type RunningServer } from './keep-running';
import { prepareNamespace } from './namespace';
import type { TemporalAccess } from './temporal-access';
import { findTemporal, type ProgramSearch } from './temporal-program';

/** What is needed to run Temporal on a data folder. */
export interface TemporalToStart extends ProgramSearch {
  readonly dataDir: string;
  readonly portLimitMs: number;
  readonly askEveryMs?: number;
  readonly failuresAllowed?: number;
  readonly ports: ServersFile;
  readonly namespace: string;
  readonly retentionDays: number;
}

/** Addresses of a Temporal that runs, and its process when it is ours. */
export interface RunningTemporal {
  readonly address: string;
  readonly ui: string;
  readonly missingAttributes: readonly string[];
  readonly server: RunningServer;
}

const START_LIMIT_MS = 60_000;

/**
 * Finds Temporal, runs it on the folder's ports (loopback only: its Web UI has no sign-in), and prepares the namespace.
 *
 * @throws NoServerAvailable, PortTaken, ServerDidNotStart
 */
export async function startTemporal(wish: TemporalToStart): Promise<RunningTemporal> {
  const { dataDir, ports, namespace, log } = wish;
  const { command } = await findTemporal(wish);
  for (const port of [ports.temporalPort, ports.temporalUiPort]) {
    await awaitFreePort({ port, dataDir, limitMs: wish.portLimitMs });
  }
  const address = `127.0.0.1:${ports.temporalPort}`;
  const startedAt = Date.now();
  const server = await keepRunning({
    name: 'Temporal',
    command,
    args: serverArguments({ dataDir, ports, namespace }),
    endsWithInput: false,
    logFile: join(dataDir, 'logs', 'temporal.log'),
    isHealthy: async () => temporalAnswers(address),
    startLimitMs: START_LIMIT_MS,
    askEveryMs: wish.askEveryMs,
    failuresAllowed: wish.failuresAllowed,
    // One that lost its file begins with nothing: without our search attributes it would refuse every start.
    onBack: async () => void (await prepare(wish, address)),
    log,
  });
  const missingAttributes = await prepare(wish, address).catch(async (failure: unknown) => {
    await server.stop();
    throw failure;
  });
  log(`Temporal: ready at ${address} after ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
  return { address, ui: `http://127.0.0.1:${ports.temporalUiPort}`, missingAttributes, server };
}

/** Prepares the namespace of a Temporal at `address`, ours or one given by the settings. */
export async function prepare(
  wish: Pick<TemporalToStart, 'namespace' | 'retentionDays' | 'log'>,
  address: string,
  access: TemporalAccess = {},
): Promise<readonly string[]> {
  const connection = await Connection.connect({ address, ...access, connectTimeout: 10_000 });
  try {
    return (await prepareNamespace({ connection, ...wish })).missingAttributes;
  } finally {
    await connection.close();
  }
}

function serverArguments(wish: Pick<TemporalToStart, 'dataDir' | 'ports' | 'namespace'>): string[] {
  return [
    'server',
    'start-dev',
    '--ip=127.0.0.1',
    `--port=${wish.ports.temporalPort}`,
    '--ui-ip=127.0.0.1',
    `--ui-port=${wish.ports.temporalUiPort}`,
    `--db-filename=${join(wish.dataDir, 'temporal.db')}`,
    // Measured: 49 against 30 workflows a second without these two.
    '--sqlite-pragma=journal_mode=WAL',
    '--sqlite-pragma=synchronous=NORMAL',
    `--namespace=${wish.namespace}`,
    // One partition: a single worker's few polls would else wait at the wrong one of four, and be forwarded ten a second.
    '--dynamic-config-value=matching.numTaskqueueReadPartitions=1',
    '--dynamic-config-value=matching.numTaskqueueWritePartitions=1',
    '--log-level=error',
  ];
}
