/** Ringpost as its users run it: the built command in a process of its own, on a data folder of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RuntimeFile } from '../../cli/start/runtime-file';
import { found } from './found';

const root = join(__dirname, '..', '..');

/** The command as `npm run build` leaves it. */
export const command = join(root, 'dist', 'cli', 'main.js');

/** A running Ringpost and what a test may do to it. */
export interface Product {
  dataDir: string;
  runtime: RuntimeFile;
  /** Everything it has printed. */
  output(): string;
  /** `kill -9` of the process; its servers end with it. */
  kill(): Promise<void>;
  /** Starts again on the same data folder. */
  restart(environment?: Record<string, string>): Promise<void>;
  /** Asks it to stop and waits. */
  stop(): Promise<void>;
  /** Resolves with the exit when the process has ended by itself (a fail point). */
  ended(): Promise<void>;
  /** Mails in the sink, as text. */
  sent(): Promise<string[]>;
  /** Stops and deletes the folder. */
  remove(): Promise<void>;
}

/** Starts Ringpost whole on an empty folder and free ports. */
export async function startProduct(environment: Record<string, string> = {}): Promise<Product> {
  if (!existsSync(command)) throw new Error('Ringpost is not built: run `npm run build` first (global set-up does).');
  const dataDir = await mkdtemp(join(tmpdir(), 'ringpost-product-'));
  const ports = { RINGPOST_API_PORT: String(await freePort()), RINGPOST_SMTP_PORT: String(await freePort()) };
  let output = '';
  let child = run({ ...ports, ...environment });
  let runtime = await ready();

  function run(settings: Record<string, string>): ChildProcess {
    const started = spawn(process.execPath, [command, 'start', '--data', dataDir], {
      cwd: root,
      env: {
        ...process.env,
        RINGPOST_FSYNC: 'off',
        RINGPOST_TEST: '1',
        RINGPOST_LOG_LEVEL: 'warn',
        RINGPOST_UNDO: '0s',
        ...settings,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [started.stdout, started.stderr])
      stream?.on('data', (part: Buffer) => (output += part.toString()));
    return started;
  }

  async function ready(): Promise<RuntimeFile> {
    return found(
      'Ringpost to be ready',
      async () => {
        if (child.exitCode !== null) throw new Error(`Ringpost ended with ${child.exitCode}:\n${output}`);
        const text = await readFile(join(dataDir, 'runtime.json'), 'utf8').catch(() => null);
        const file = text === null ? null : (JSON.parse(text) as RuntimeFile);
        if (!file || file.pid !== child.pid) return null;
        const answer = await fetch(`${file.api}/readyz`).catch(() => null);
        return answer ? file : null;
      },
      60_000,
    );
  }

  const ended = (): Promise<void> =>
    child.exitCode !== null || child.signalCode !== null
      ? Promise.resolve()
      : new Promise((resolve) => child.once('exit', () => resolve()));
  const product: Product = {
    dataDir,
    get runtime() {
      return runtime;
    },
    output: () => output,
    async kill() {
      child.kill('SIGKILL');
      await ended();
    },
    async restart(again = {}) {
      child = run({ ...ports, ...environment, RINGPOST_FAIL_AT: '', ...again });
      runtime = await ready();
    },
    async stop() {
      child.kill('SIGTERM');
      await ended();
    },
    ended,
    async sent() {
      const names = await readdir(runtime.sink).catch(() => []);
      return Promise.all(
        names.filter((each) => each.endsWith('.eml')).map((each) => readFile(join(runtime.sink, each), 'utf8')),
      );
    },
    async remove() {
      await product.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
  return product;
}

/** A port nobody listens on now. */
export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
