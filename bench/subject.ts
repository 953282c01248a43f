/** The Ringpost that is measured: the built product in a process of its own, with agents who never are full. */
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RuntimeFile } from '../cli/start/runtime-file';
import { createUser } from '../api/first-admin';
import { openStore, type Store } from '../store';
import type { Group } from '../store/groups';

/** What figures work with. */
export interface Subject {
  dataDir: string;
  runtime: RuntimeFile;
  store: Store;
  /** How each of the twenty agents signs in. */
  agents: { email: string; password: string }[];
  /** Milliseconds from the start of the process until it took mail. */
  startMs: number;
  /** Enquiries that ring. */
  ringing(): Promise<number>;
  /** Mails in the sink. */
  delivered(): Promise<number>;
  /** Resident memory of the process, and of the database it runs. */
  memory(): Promise<{ processMiB: number; databaseMiB: number }>;
  /** Ends it; again does nothing. */
  stop(): Promise<void>;
}

const root = join(__dirname, '..');
const command = join(root, 'dist', 'cli', 'main.js');

/** What `npm start` sets for the process, so that what is measured is what is run. */
function environmentOfStart(): Record<string, string> {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: { start: string } };
  return Object.fromEntries([...scripts.start.matchAll(/\b([A-Z_]+)=(\S+)/g)].map(([, name, value]) => [name, value]));
}

/** Starts Ringpost on a folder; with `dataDir` on the data of an earlier one (a warm start). */
export async function startSubject(dataDir?: string): Promise<Subject> {
  const folder = dataDir ?? (await mkdtemp(join(tmpdir(), 'ringpost-bench-')));
  const began = performance.now();
  const child = spawn(process.execPath, [command, 'start', '--data', folder], {
    env: {
      ...process.env,
      ...environmentOfStart(),
      RINGPOST_API_PORT: String(await freePort()),
      RINGPOST_SMTP_PORT: String(await freePort()),
      RINGPOST_LOG_LEVEL: 'error',
      RINGPOST_UNDO: '0s',
      // The brakes of a small desk would stop a measurement on purpose.
      RINGPOST_AUTOMATIC_MAILS_PER_CHANNEL: '100000',
      RINGPOST_CHANNEL_STARTS_PER_MINUTE: '100000',
      RINGPOST_PRESENCE_LEASE: '1h',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await printed(child, 'Stop  ');
  const startMs = performance.now() - began;
  const runtime = JSON.parse(await readFile(join(folder, 'runtime.json'), 'utf8')) as RuntimeFile;
  const secretKey = (await readFile(join(folder, 'secret.key'), 'utf8')).trim();
  const store = await openStore({
    uri: runtime.mongo.uri,
    database: runtime.mongo.database,
    dataDir: folder,
    secretKey,
  });
  await prepare(store);
  return {
    dataDir: folder,
    runtime,
    store,
    startMs,
    agents: [
      ...(runtime.demo?.signIns.filter((each) => each.role === 'agent') ?? []),
      ...JOINED.map((id) => ({ email: `${id}@localhost`, password: PASSWORD })),
    ],
    ringing: async () => (await store.agents.getMany(AGENTS)).reduce((sum, agent) => sum + agent.load, 0),
    delivered: async () => (await readdir(runtime.sink).catch(() => [])).filter((each) => each.endsWith('.eml')).length,
    memory: async () => {
      const { pid = 0 } = child;
      const servers = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '')).trim().split(' ');
      const commands = await Promise.all(servers.map((each) => readFile(`/proc/${each}/cmdline`, 'utf8')));
      const database = servers[commands.findIndex((command) => command.includes('RingpostDatabase'))];
      return { processMiB: await residentMiB(pid), databaseMiB: database ? await residentMiB(Number(database)) : 0 };
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      await store.close();
      child.kill('SIGTERM');
      await new Promise((resolve) => child.once('exit', resolve));
    },
  };
}

async function residentMiB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}

/** Deletes what a subject left behind. */
export const removeData = (dataDir: string): Promise<void> => rm(dataDir, { recursive: true, force: true });

const GROUP = 'support';
const JOINED = Array.from({ length: 18 }, (_, at) => `agent-${at + 3}`);
const AGENTS = ['ann', 'bob', ...JOINED];
const PASSWORD = 'only for the bench, gone with its folder';

/** A desk of twenty who are never full, and rings that nobody answers but that last: what is measured is the way there. */
async function prepare(store: Store): Promise<void> {
  const now = new Date();
  for (const id of JOINED) {
    const agent = { id, email: `${id}@localhost`, name: `Agent ${id}`, role: 'agent', password: PASSWORD } as const;
    await createUser(store, { ...agent, groups: [GROUP], channels: ['support'], capacity: 5 }, now);
  }
  for (const id of AGENTS) {
    await store.agents.save({ id, name: `Agent ${id}`, capacity: 1_000_000 }, now);
    await store.agents.setPresence(id, 'available', 'bench', now, 24 * 3_600_000);
  }
  const group = await store.groups.get(GROUP);
  if (!group) throw new Error('The demo workspace has no group "support".');
  await store.groups.save(GROUP, { ...pick(group), agents: AGENTS });
  const example = readFileSync(join(__dirname, '..', 'flows', 'examples', 'support-desk.json'), 'utf8');
  const text = example.replaceAll('"timeout": "60s"', '"timeout": "8h"');
  const revision = await store.flows.publish('support-desk', {
    text,
    by: 'bench',
    at: now,
    message: 'Rings that last',
  });
  if (!revision) throw new Error('The demo workspace has no flow "support-desk".');
  await store.channels.change('support', {
    startsPerMinute: 1_000_000,
    flow: { id: 'support-desk', revision: revision.revision },
  });
}

const pick = ({ title, strategy, ringTimeoutMs }: Group) => ({ title, strategy, ringTimeoutMs });

async function printed(child: ChildProcess, words: string): Promise<void> {
  let output = '';
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', (part: Buffer) => {
      output += part.toString();
      if (output.includes(words)) resolve();
    });
    child.once('exit', (code) => reject(new Error(`Ringpost ended with ${code}:\n${output}`)));
  });
}

async function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
