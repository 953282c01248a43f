import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { createActivities } from '../../activities';
import type { Ports, WorkLog } from '../../activities/ports';
import { startLongWorkflows } from '../../activities/upkeep/reconcile';
import type { ApiPorts } from '../../api/ports';
import { startResuming } from '../../api/resume-jobs';
import { startApi } from '../../api/server';
import { createDnsCache } from '../../mail/dns-cache';
import { createParser, type Parser } from '../../mail/parser';
import { htmlToText } from '../../mail/html/html-text';
import { letterhead } from '../../mail/letterhead';
import { forwardBlock } from '../../mail/quoting/forward-block';
import { fileType } from '../../mail/mime/file-type';
import { safeFileName } from '../../mail/mime/file-name';
import { sanitizeAgentHtml } from '../../mail/sanitize';
import { renderTemplate } from '../../mail/template';
import { createConnectionCaller } from '../../worker/call-connection';
import { createWorker } from '../../worker/create-worker';
import { watchLogin } from '../../worker/intake/imap-intake';
import { createIntake, type Intake } from '../../worker/intake/intake';
import type { IntakePorts } from '../../worker/intake/intake-ports';
import { startSmtpIntake } from '../../worker/intake/smtp-intake';
import { createRecentMail } from './recent-mail';
import { createHostResolver, hostProblem, type HostResolver } from '../../worker/resolve-host';
import { copyToSent, lookInSent } from '../../worker/sent-folder';
import { testConnection } from '../../worker/test-connection';
import { queueTestMail } from '../../worker/test-mail';
import { attributeKeys } from '../../workflows/search-attributes';
import { firstRun } from './first-run';
import type { Runtime } from './open-runtime';
import { announce } from './announce';
import { startSearch } from './start-search';
import { addStoreMetrics } from './store-metrics';
import { diskHealth } from './disk-health';
import { keepStarted, keepWorker } from './keep-worker';
import { listenerKey } from './listener-key';
import { isPublic, listening } from './listening';
import { apiSettings, intakeSettings, smtpLimits, workSettings } from './settings-of-parts';

const CLOCK_LOOKED_AT_MS = 30_000;

/** Running parts, in the order in which they are stopped: first what takes work in, last what finishes it. */
interface Part {
  stop(): Promise<void>;
}

/** What all parts of one process share. */
export interface Shared {
  runtime: Runtime;
  log: WorkLog;
  intakePorts: IntakePorts & { parser: Parser };
  intake: Intake;
  resolveHost: HostResolver;
  stopping: AbortController;
  sinkFolder: string;
}

/** Starts what the role of this process asks for and tells where it can be reached. */
export async function startParts(runtime: Runtime, say: (line: string) => void): Promise<Part> {
  await refusePublicDemo(runtime);
  const shared = shareOf(runtime);
  const parts: Part[] = [];
  const stop = async (): Promise<void> => {
    shared.stopping.abort();
    for (const part of parts) await part.stop();
    await shared.intakePorts.parser.close();
  };
  try {
    await startEach(shared, parts, say);
  } catch (error) {
    await stop();
    throw error;
  }
  return { stop };
}

/** Starts the parts one after the other and puts each into `parts` as soon as it runs. */
async function startEach(shared: Shared, parts: Part[], say: (line: string) => void): Promise<void> {
  const { runtime } = shared;
  const { role } = runtime;
  const is = (...roles: string[]): boolean => role === 'all' || roles.includes(role);
  if (is('worker')) parts.push(await startWorkerPart(shared, 'enquiries'));
  if (is('intake')) parts.push(await startWorkerPart(shared, 'mail'));
  const api = is('api') ? await startApiPart(shared) : null;
  if (api) parts.unshift(api);
  const made = api ? await firstRun({ ...runtime, demo: role === 'all' }, api.url) : null;
  if (is('worker')) {
    await runtime.workflows.startClock();
    await startLongWorkflows(runtime);
    parts.push(keepStarted(runtime.workflows.startClock, { everyMs: CLOCK_LOOKED_AT_MS, log: shared.log }));
  }
  if (role === 'all') parts.unshift(settleLeftovers(shared));
  const smtp = is('intake') ? await startSmtpPart(shared) : null;
  if (smtp) parts.unshift(smtp);
  await announce({
    runtime,
    say,
    apiUrl: api?.url ?? null,
    smtpPort: smtp?.port ?? null,
    made,
    sink: shared.sinkFolder,
  });
}

/** Demo sign-ins stand in a file and are meant for one machine. */
async function refusePublicDemo({ config, store }: Runtime): Promise<void> {
  if (![config.bindAddress, config.smtpBindAddress].some(isPublic)) return;
  const demo = await store.users.demoUsers();
  if (demo.length === 0) return;
  const names = demo.map((each) => each.email).join(', ');
  throw new Error(
    `Ringpost does not start on an address other machines reach while the demo's users can sign in (${names}). Switch them off first: PATCH /v1/users/ID { "disabled": true }.`,
  );
}

function shareOf(runtime: Runtime): Shared {
  const { config, store, workflows, mailSecret } = runtime;
  const log: WorkLog = ({ level, msg, ...rest }) => runtime.log[level](rest, msg);
  const parser = createParser({ timeoutMs: config.parseTimeoutMs, memoryMb: config.parserMemoryMb });
  const intakePorts = {
    store,
    workflows,
    parser,
    mailSecret,
    settings: intakeSettings(config),
    resolver: createDnsCache(),
    now: () => new Date(),
    log,
  };
  return {
    runtime,
    log,
    intakePorts,
    intake: createIntake(intakePorts),
    resolveHost: createHostResolver(config.privateNetworks, ownPorts(runtime)),
    stopping: new AbortController(),
    sinkFolder: join(config.dataDir, 'sink'),
  };
}

/** Where this installation itself listens. */
function ownPorts({ config, servers }: Runtime): number[] {
  const others = [`tcp://${servers.temporalAddress}`, servers.temporalUi, servers.mongoUri];
  const known = others.filter((each) => URL.canParse(each)).map((each) => Number(new URL(each).port));
  return [config.apiPort, config.smtpPort, ...known];
}

async function startWorkerPart(shared: Shared, role: 'enquiries' | 'mail'): Promise<Part> {
  const { runtime, intake, log, resolveHost } = shared;
  const { config, store } = runtime;
  const ports: Ports = {
    store,
    workflows: runtime.workflows,
    settings: workSettings(config),
    mailSecret: runtime.mailSecret,
    sinkFolder: shared.sinkFolder,
    stopping: shared.stopping.signal,
    settleOld: intake.settleOld,
    redriveHeld: intake.redriveHeld,
    watchLogin: (loginId, run) =>
      watchLogin({ ...shared.intakePorts, intake, resolveHost, maxBytes: config.maxInboundBytes }, loginId, run),
    copyToSent: (channel, raw) => copyToSent({ store, resolveHost }, channel, raw),
    lookInSent: (outboxId) => lookInSent({ store, resolveHost }, outboxId),
    resolveHost,
    askConnection: createConnectionCaller({ secrets: store.secrets, resolveHost }),
    now: () => new Date(),
    log,
  };
  const workerPorts = {
    connection: runtime.connection,
    namespace: config.namespace,
    taskQueue: config.taskQueue,
    mailTaskQueue: config.mailTaskQueue,
    activities: createActivities(ports),
    log: ({ msg, ...rest }: { msg: string }) => log({ level: 'warn', msg, ...rest }),
    maxCachedWorkflows: config.maxCachedWorkflows,
  };
  return keepWorker(() => createWorker(role, workerPorts), log);
}

/** What this process left unsettled when it died last: nobody else is at it, so it need not wait for the clock. */
function settleLeftovers({ intake, log }: Shared): Part {
  const settling = intake.settleOld(0).catch((error: unknown) => {
    log({ level: 'warn', msg: 'What was left unsettled could not be read; the clock comes to it.', error });
  });
  return { stop: async () => void (await settling) };
}

async function startSmtpPart({ runtime, intake, intakePorts }: Shared): Promise<Part & { port: number }> {
  const { config } = runtime;
  const [host, port] = [config.smtpBindAddress, config.smtpPort];
  const tls = await listenerKey(config.dataDir, intakePorts.settings.serverName);
  const receiver = await listening(
    startSmtpIntake({ ...intakePorts, intake, host, port, limits: smtpLimits(config), tls }),
    { what: 'The SMTP listener', host, port, setting: 'RINGPOST_SMTP_PORT' },
  );
  return { port: receiver.port, stop: () => receiver.close() };
}

async function startApiPart({ runtime, intake, resolveHost, log }: Shared): Promise<Part & { url: string }> {
  const { config, store, client, workflows, servers, mailSecret } = runtime;
  const metrics = new Registry();
  addStoreMetrics(metrics, store);
  const [host, port] = [config.bindAddress, config.apiPort];
  const askConnection = createConnectionCaller({ secrets: store.secrets, resolveHost });
  const search = await startSearch(runtime, log);
  const ports: ApiPorts = {
    store,
    temporal: client,
    temporalNames: {
      namespace: config.namespace,
      uiUrl: servers.temporalUi || null,
      searchAttributes: Object.values(attributeKeys).map((key) => key.name),
    },
    workflows,
    redrive: async (ledgerId, by) => void (await intake.redrive(ledgerId, by)),
    mail: {
      sanitizeAgentHtml,
      textOfHtml: htmlToText,
      letterhead,
      forwardBlock,
      renderTemplate,
      fileType,
      safeFileName,
      queueTest: (test) => queueTestMail({ store, mailSecret }, test),
      lookInSent: (outboxId) => lookInSent({ store, resolveHost }, outboxId),
      hostProblem: (host, mailPort) => hostProblem(resolveHost, host, mailPort),
      recentMail: createRecentMail({ store, resolveHost, maxBytes: config.maxInboundBytes }),
      testConnection: (test) => testConnection({ secrets: store.secrets, mailSecret, resolveHost }, test),
    },
    connections: {
      hostProblem: (host, systemPort, inside) => hostProblem(resolveHost, host, systemPort, inside),
      ask: (connection, question) =>
        askConnection(connection, {
          ...question,
          timeoutMs: connection.timeoutMs,
          wantsAnswer: true,
          key: randomUUID(),
        }),
    },
    search,
    settings: apiSettings(config, runtime.role),
    log: runtime.log,
    version: '0.1.0',
    metrics,
    health: async () => [await diskHealth(config.dataDir)],
    now: () => new Date(),
  };
  const api = await serve(ports, host, port);
  log({ level: 'info', msg: 'The API serves.', url: api.url });
  return { url: api.url, stop: () => api.stop().then(search.close) };
}

/** Serves the API, and goes on with jobs that a process of before left unfinished. */
async function serve(ports: ApiPorts, host: string, port: number): Promise<Part & { url: string }> {
  const api = await listening(startApi({ host, port, ports }), {
    what: 'The API',
    host,
    port,
    setting: 'RINGPOST_API_PORT',
  });
  const resuming = startResuming(ports);
  return {
    url: api.url,
    async stop() {
      resuming.stop();
      await api.close();
    },
  };
}
