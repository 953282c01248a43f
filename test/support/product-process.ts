/** One process of the built command. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { command } from './build-product';

/** A process that runs, and what a test may do to it. */
export interface ProductProcess {
  readonly pid: number;
  /** Everything it has printed. */
  output(): string;
  /** Null while it runs. */
  ending(): string | null;
  /** `kill -9`, and waits until it is gone. */
  kill(): Promise<void>;
  /** Asks it to stop, and waits until it is gone; fails when it does not end with 0. */
  stop(): Promise<void>;
  /** Resolves when it has ended, however it did. */
  ended(): Promise<void>;
}

/** Settings with which a product under test differs from an installation. */
const testEnvironment: Readonly<Record<string, string>> = {
  RINGPOST_TEST: '1',
  RINGPOST_FSYNC: 'off',
  RINGPOST_LOG_LEVEL: 'warn',
  // A reply leaves at once, and nobody needs to send heartbeats who is not what the test is about.
  RINGPOST_UNDO: '0s',
  RINGPOST_PRESENCE_LEASE: '1h',
  // Nobody touches a keyboard here, however long a story takes.
  RINGPOST_AUTO_AWAY: '0s',
  RINGPOST_SETTLE_AGAIN_AFTER: '1s',
};

/** Settings of whoever runs the tests are kept out, save where programs are found. */
export function commandEnvironment(settings: Record<string, string>): Record<string, string | undefined> {
  const foreign = Object.entries(process.env).filter(
    ([name]) => !/^(RINGPOST_|TEMPORAL_|MONGODB_)/.test(name) || /^RINGPOST_(CACHE_DIR|DOWNLOADS)$/.test(name),
  );
  return { ...Object.fromEntries(foreign), ...testEnvironment, ...settings };
}

/** Starts `ringpost` with these words. */
export function startProcess(words: readonly string[], environment: Record<string, string>): ProductProcess {
  const child = spawn(process.execPath, [command, ...words], {
    env: commandEnvironment(environment),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const parts: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => parts.push(part));
  const output = (): string => Buffer.concat(parts).toString();
  const ending = (): string | null => child.signalCode ?? (child.exitCode === null ? null : `code ${child.exitCode}`);
  const ended = async (): Promise<void> => {
    if (ending() === null) await once(child, 'exit');
  };
  return {
    pid: child.pid ?? 0,
    output,
    ending,
    ended,
    async kill() {
      child.kill('SIGKILL');
      await ended();
    },
    async stop() {
      if (ending() !== null) return;
      child.kill('SIGTERM');
      await ended();
      if (child.exitCode !== 0) throw new Error(`Ringpost did not stop well (${ending() ?? ''}):\n${output()}`);
    },
  };
}
