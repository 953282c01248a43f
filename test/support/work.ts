/** A living corner of Ringpost for tests: a store of its own, a worker on a task queue of its own, real Temporal. */
import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@temporalio/client';
import { NativeConnection, Runtime } from '@temporalio/worker';
import { createActivities } from '../../activities';
import type { Ports, WorkSettings } from '../../activities/ports';
import type { ActOutcome } from '../../flows';
import type { Flow } from '../../flows/flow';
import { defaultTemplates } from '../../mail/default-templates';
import { openStore } from '../../store';
import { createConnectionCaller } from '../../worker/call-connection';
import { createWorker } from '../../worker/create-worker';
import { createHostResolver } from '../../worker/resolve-host';
import { createWorkflowPorts } from '../../worker/workflow-ports';
import { enquiryWorkflowId } from '../../workflows/messages';
import { ownNamespace } from './own-namespace';
import { testServers } from './servers';

/** Settings of tests: those of a new installation, with retries that do not make a test wait. */
export const testSettings: WorkSettings = {
  missesBeforeNotResponding: 3,
  presenceLeaseMs: 45_000,
  autoAwayMs: 600_000,
  handBackAfterMs: 0,
  autoRepliesPerSender: 10,
  autoReplyWindowMs: 180 * 60_000,
  automaticMailsPerChannel: 100,
  automaticMailWindowMs: 600_000,
  undoMs: 0,
  undeliverableMs: 30 * 86_400_000,
  maxBytesOut: 25 * 2 ** 20,
  sendRetryFirstMs: 50,
  sendRetryMaxMs: 500,
  sendGiveUpMs: 60_000,
  settleAgainAfterMs: 1_000,
  stuckLineMs: 1_000,
  reconcileAfterMs: 1_000,
  clockMs: 200,
};

/** Makes Temporal's own messages quiet; a runtime that runs already stays as it is. */
export function quietTemporal(): void {
  try {
    Runtime.install({ logger: { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error() {} } });
  } catch {
    // Installed by an earlier call of the same test file.
  }
}

/** What `startWork` may be told. */
export interface WorkOptions {
  settings?: Partial<WorkSettings>;
  /** Connection to another Temporal than the dev server (the time-skipping one). */
  connection?: NativeConnection;
  namespace?: string;
  failAt?: (point: string) => void | Promise<void>;
}

/** Starts a worker of both roles over a fresh store and a namespace of its own. Stop it with `stop`. */
export async function startWork(options: WorkOptions = {}) {
  quietTemporal();
  const servers = testServers();
  const id = randomUUID().slice(0, 8);
  const dataDir = await mkdtemp(join(tmpdir(), 'ringpost-work-'));
  const store = await openStore({
    uri: servers.mongoUri,
    database: `work-${id}`,
    dataDir,
    secretKey: 'a secret of the tests only',
    fsync: false,
    ...(options.failAt ? { failAt: options.failAt } : {}),
  });
  await store.migrate();
  const connection = options.connection ?? (await NativeConnection.connect({ address: servers.temporalAddress }));
  const namespace = options.namespace ?? (await ownNamespace(connection, `work-${id}`));
  const client = new Client({ connection, namespace });
  const queues = { taskQueue: `work-${id}`, mailTaskQueue: `work-${id}-mail` };
  const workflows = createWorkflowPorts({ client, store, ...queues, eager: false });
  const stopping = new AbortController();
  const logged: object[] = [];
  const ports: Ports = {
    store,
    workflows,
    settings: { ...testSettings, ...options.settings },
    mailSecret: 'a mail secret of the tests only',
    sinkFolder: join(dataDir, 'sink'),
    stopping: stopping.signal,
    settleOld: async () => 0,
    redriveHeld: async () => ({ released: 0, left: 0 }),
    watchLogin: async () => ({ gone: true }),
    copyToSent: async () => false,
    lookInSent: async () => 'cannot-look',
    resolveHost: async (host) => host,
    askConnection: createConnectionCaller({ secrets: store.secrets, resolveHost: createHostResolver('') }),
    now: () => new Date(),
    log: (line) => logged.push(line),
  };
  const common = {
    connection,
    namespace,
    ...queues,
    log: (line: object) => void logged.push(line),
    bundle: servers.workflowBundlePath,
  };
  const startRoles = async () => {
    const leaving = new AbortController();
    const activities = createActivities({ ...ports, stopping: leaving.signal });
    const workers = [
      await createWorker('enquiries', { ...common, activities }),
      await createWorker('mail', { ...common, activities }),
    ];
    const running = workers.map((worker) => worker.run());
    return {
      async stop() {
        // A worker waits for what runs on and on, as a sender does, until it is told.
        leaving.abort();
        for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
        await Promise.all(running);
      },
    };
  };
  let roles = await startRoles();
  return {
    store,
    client,
    ports,
    workflows,
    logged,
    sinkFolder: ports.sinkFolder,
    /** Mails in the sink, as text, by file name. */
    async sent(): Promise<string[]> {
      const files = await readdir(ports.sinkFolder).catch(() => []);
      return Promise.all(
        files.filter((file) => file.endsWith('.eml')).map((file) => readFile(join(ports.sinkFolder, file), 'utf8')),
      );
    },
    async stopWorker(): Promise<void> {
      await roles.stop();
    },
    async startWorker(): Promise<void> {
      roles = await startRoles();
    },
    async stop(): Promise<void> {
      stopping.abort();
      await roles.stop().catch(() => undefined);
      await store.close();
      if (!options.connection) await connection.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** A living corner of Ringpost. */
export type Work = Awaited<ReturnType<typeof startWork>>;

/** Makes a channel with a flow, a group and its agents, all available. */
export async function aDesk(
  { store, workflows }: Work,
  {
    flow,
    agents = ['ann'],
    capacity = 3,
    delivery = true,
    called = [],
  }: { flow: Flow; agents?: string[]; capacity?: number; delivery?: boolean; called?: Flow[] },
): Promise<{ channelId: string }> {
  const now = new Date();
  for (const agent of agents) {
    await store.agents.save({ id: agent, name: agent[0]?.toUpperCase() + agent.slice(1), capacity }, now);
    await store.agents.setPresence(agent, 'available', 'agent', now, 3_600_000);
  }
  await store.groups.save('support', { title: 'Support', agents, strategy: 'leastLoaded', ringTimeoutMs: null });
  await store.templates.ensureBuiltIn(
    Object.entries(defaultTemplates).map(([slug, template]) => ({ _id: slug, title: slug, ...template, text: '' })),
  );
  const publish = async (each: Flow, calls: { flow: string; revision: number }[] = []) => {
    const text = JSON.stringify(each);
    await store.flows.saveDraft({ id: each.id, title: each.title, text, by: 'admin', now });
    return store.flows.publish(each.id, { text, by: 'admin', at: now, message: 'for a test', calls });
  };
  for (const each of called) await publish(each);
  const revision = await publish(
    flow,
    called.map(({ id }) => ({ flow: id, revision: 1 })),
  );
  await store.channels.create({
    _id: 'support',
    name: 'Support',
    address: 'support@desk.test',
    aliases: [],
    enabled: true,
    flow: { id: flow.id, revision: revision?.revision ?? 0 },
    settings: {},
    displayName: 'Support desk',
    replySubject: '',
    footer: '',
    server: { kind: 'sink' },
    receive: { smtp: true, login: null },
    blocklistOn: true,
    peopleSenders: [],
    startsPerMinute: 600,
    holdAutomatic: false,
    dkim: null,
    autoReply: { on: true, template: null },
    bccCentre: false,
    publicAddress: null,
    copyToSent: false,
    timezone: 'UTC',
    v: 1,
  });
  // A long activity keeps the time-skipping server's clock from moving: tests of time do without a sender.
  if (delivery) await workflows.startDelivery('support');
  return { channelId: 'support' };
}

/** Does an act through its Update and gives the outcome. */
export async function act(
  { client }: Work,
  enquiryId: string,
  name: string,
  args: Record<string, unknown> & { agent: string },
): Promise<ActOutcome> {
  const key = randomUUID();
  const handle = client.workflow.getHandle(enquiryWorkflowId(enquiryId));
  const once = () => handle.executeUpdate<ActOutcome, [object]>(name, { args: [{ act: key, ...args }], updateId: key });
  // As the API does: a task that was dropped because a mail came at that moment is asked for again.
  return once().catch((error: unknown) => {
    if (String((error as Error).cause).includes('unexpected workflow task failure')) return once();
    throw error;
  });
}

/** Saves a draft as the API does; what a reply act carries. */
export async function aDraft(
  { store }: Work,
  enquiryId: string,
  agent: string,
  text: string,
): Promise<{ draft: string; digest: string }> {
  const draft = `d-${randomUUID().slice(0, 12)}`;
  const digest = createHash('sha256').update(text).digest('hex');
  await store.drafts.save({
    _id: draft,
    enquiry: enquiryId,
    agent,
    html: null,
    text,
    to: ['mia@customers.test'],
    cc: [],
    bcc: [],
    subject: 'Re: Where is my order?',
    attachments: [],
    digest,
    savedAt: new Date(),
  });
  return { draft, digest };
}
