import { createHmac } from 'node:crypto';
import { Client } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import pino, { type Logger } from 'pino';
import { faultOf } from '../../api/http/problem';
import type { Config } from '../../config';
import { startServers, type StartedServers } from '../../servers/start-servers';
import { readServersFile } from '../../servers/data-folder';
import { temporalAccess } from '../../servers/temporal-access';
import { openStore, type Store } from '../../store';
import { quietRuntime } from '../../worker/create-worker';
import { createWorkflowPorts } from '../../worker/workflow-ports';
import { keepDataFolder } from './keep-data-folder';
import { keepTaskQueues } from './keep-task-queues';
import { secretKeyOf } from './secret-key';

/** Which part of Ringpost a process is; `all` also starts the two servers. */
export type ProcessRole = 'all' | 'api' | 'worker' | 'intake';

/** What every part needs: addresses, store, Temporal, log. */
export interface Runtime {
  config: Config;
  role: ProcessRole;
  log: Logger;
  servers: Pick<StartedServers, 'temporalAddress' | 'temporalUi' | 'mongoUri' | 'missingAttributes'>;
  store: Store;
  connection: NativeConnection;
  client: Client;
  workflows: ReturnType<typeof createWorkflowPorts>;
  /** Key of the MACs in mail, derived from the secret key. */
  mailSecret: string;
  stop(): Promise<void>;
}

/** Opens what every part of Ringpost stands on; servers it started end with it when the rest fails. */
export async function openRuntime(config: Config, role: ProcessRole, say: (line: string) => void): Promise<Runtime> {
  // By its fields alone an error is `{}` in JSON; what it says may name an address, where it comes from does not.
  const told = { level: config.logLevel, base: { part: role }, serializers: { error: faultOf } };
  const log = pino(told, pino.destination({ dest: 2, sync: false }));
  const own = role === 'all' ? await startServers({ ...config, log: say }) : null;
  try {
    const servers = own ?? (await runningServers(config));
    return { config, role, log, servers, ...(await connectAll(config, role, servers, async () => own?.stop())) };
  } catch (error) {
    await own?.stop();
    throw error;
  }
}

/** Store, Temporal and what is made of both. */
async function connectAll(
  config: Config,
  role: ProcessRole,
  servers: Runtime['servers'],
  stopServers: () => Promise<void>,
): Promise<Omit<Runtime, 'config' | 'role' | 'log' | 'servers'>> {
  const secretKey = await secretKeyOf(config.dataDir, config.secretKey);
  const store = await openStore({
    uri: servers.mongoUri,
    database: config.mongoDatabase,
    dataDir: config.dataDir,
    secretKey,
    failAt: failPoint(config.failAt),
    alone: role === 'all',
  });
  quietRuntime();
  const connection = await store
    .migrate()
    .then(() => keepTaskQueues(store, config))
    .then(() => keepDataFolder(store, config.dataDir))
    .then(() => connectTemporal(servers.temporalAddress, config))
    .catch(async (error: unknown) => {
      await store.close();
      throw error;
    });
  const client = new Client({ connection, namespace: config.namespace });
  const { taskQueue, mailTaskQueue } = config;
  return {
    store,
    connection,
    client,
    workflows: createWorkflowPorts({ client, store, taskQueue, mailTaskQueue, eager: role === 'all' }),
    mailSecret: createHmac('sha256', secretKey).update('mail').digest('hex'),
    async stop() {
      await store.close();
      await connection.close();
      await stopServers();
    },
  };
}

async function connectTemporal(address: string, config: Config): Promise<NativeConnection> {
  const access = await temporalAccess(config);
  return NativeConnection.connect({ address, ...access }).catch((cause: unknown) => {
    const safely = access.tls ? ' by TLS' : '';
    const also = access.tls ? ', and that its certificate, ours and the API key fit' : '';
    const what = `Temporal at ${address} cannot be reached${safely}. See that it runs and that TEMPORAL_ADDRESS is right${also}.`;
    throw new Error(what, { cause });
  });
}

/** Servers that `npm start` or `npm run servers` runs on this data folder, unless the settings name others. */
async function runningServers(config: Config): Promise<Runtime['servers']> {
  const file = await readServersFile(config.dataDir);
  return {
    temporalAddress: config.temporalAddress ?? `127.0.0.1:${file.temporalPort}`,
    temporalUi: config.temporalAddress ? '' : `http://127.0.0.1:${file.temporalUiPort}`,
    mongoUri: config.mongoUri ?? `mongodb://127.0.0.1:${file.mongoPort}/`,
    missingAttributes: [],
  };
}

/** Ends the process as `kill -9` would, at the named write; crash tests only (the settings refuse it elsewhere). */
function failPoint(name: string | null): ((point: string) => void) | undefined {
  if (name === null) return undefined;
  return (point) => {
    if (point === name) process.kill(process.pid, 'SIGKILL');
  };
}
