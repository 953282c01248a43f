import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { ServerDidNotStart } from './errors';
import type { Log } from './first-way';

/** How to run one server and how to tell that it is healthy. */
export interface ServerToRun {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** True when the program ends by itself once its standard input closes; others are watched by a small shell. */
  readonly endsWithInput: boolean;
  readonly logFile: string;
  readonly isHealthy: () => Promise<boolean>;
  readonly startLimitMs: number;
  /** How often it is asked whether it is healthy (ms; 5 s), and how many times in a row it may fail to answer (10). */
  readonly askEveryMs?: number | undefined;
  readonly failuresAllowed?: number | undefined;
  /** Done when it is healthy again after a death, which may have cost it its files. */
  readonly onBack?: () => Promise<void>;
  readonly log: Log;
}

/** A server that is started again whenever it dies or hangs, until it is stopped. */
export interface RunningServer {
  /** The server's own process id; undefined in the moment between a death and the next start. */
  pid(): number | undefined;
  /** Ends the server gently, after 15 s by force; returns when it is gone. */
  stop(): Promise<void>;
}

const STOP_LIMIT_MS = 15_000;
const LOG_LIMIT_BYTES = 10_000_000;
const LONGEST_PAUSE_MS = 10_000;
const ASK_EVERY_MS = 5_000;
/** With what a question takes that nobody answers, about a minute: a busy machine is no reason to end a server. */
const FAILURES_ALLOWED = 10;

/*
 * Our end of the pipe closes whenever we end, however we end. The shell puts a watcher beside the server, then becomes
 * the server itself (exec), so that the process id we know is the server's.
 */
const END_WITH_PARENT = `exec 3<&0
(
  cat <&3
  kill -TERM $$ || exit 0
  for second in 1 2 3 4 5 6 7 8 9 10; do
    sleep 1
    kill -0 $$ || exit 0
  done
  kill -KILL $$
) >/dev/null 2>&1 &
exec "$@" 3<&- </dev/null`;

/**
 * Starts a server, waits until it is healthy, and keeps it running.
 *
 * @throws ServerDidNotStart when it ends or is not healthy within `startLimitMs` at its first start.
 */
export async function keepRunning(server: ServerToRun): Promise<RunningServer> {
  let stopping = false;
  let pauseMs = 200;
  let child = launch(server);
  const startAgain = async (): Promise<void> => {
    if (stopping) return;
    server.log(`${server.name} ended (${ending(child)}); starting it again`);
    await pause(pauseMs);
    if (stopping) return;
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    child = launch(server);
    child.once('exit', () => void startAgain());
    if (await becomesHealthy(server, child)) {
      pauseMs = 200;
      await server
        .onBack?.()
        .catch((failure: unknown) => server.log(`${server.name} could not be made ready: ${String(failure)}`));
      server.log(`${server.name} is back`);
    } else if (isAlive(child)) {
      server.log(`${server.name} does not answer; ending it`);
      child.kill('SIGKILL');
    }
  };
  if (!(await becomesHealthy(server, child))) {
    await end(child);
    throw new ServerDidNotStart(
      `${server.name} did not start within ${server.startLimitMs / 1000} s (${ending(child)}). Its last words, from ` +
        `${server.logFile}: ${lastWords(server.logFile)}`,
    );
  }
  child.once('exit', () => void startAgain());
  if (!isAlive(child)) void startAgain();
  const watch = watchForHanging(server, () => child);
  return {
    pid: () => (isAlive(child) ? child.pid : undefined),
    stop: async () => {
      stopping = true;
      watch.stop();
      await end(child);
    },
  };
}

/**
 * Ends a server that lives and does not answer any more; its death starts it again. Only answers count, no clock: a
 * machine that slept asks anew. A server that is being started again has its own limit.
 */
function watchForHanging(server: ServerToRun, current: () => ChildProcess): { stop(): void } {
  const { askEveryMs = ASK_EVERY_MS, failuresAllowed = FAILURES_ALLOWED } = server;
  let asked: ChildProcess | null = null;
  let wasHealthy = true;
  let failures = 0;
  let ended: ChildProcess | null = null;
  const ask = async (): Promise<void> => {
    const child = current();
    if (child === ended) return;
    if (child !== asked) [asked, failures, wasHealthy] = [child, 0, asked === null];
    const healthy = await server.isHealthy().catch(() => false);
    if (child !== current() || !isAlive(child)) return;
    if (healthy) wasHealthy = true;
    failures = healthy ? 0 : failures + 1;
    if (failures < failuresAllowed || !wasHealthy) return;
    server.log(`${server.name} has not answered ${failures} times in a row; ending it`);
    ended = child;
    child.kill('SIGKILL');
  };
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const again = (): void => {
    timer = setTimeout(() => {
      void ask().finally(() => (stopped ? undefined : again()));
    }, askEveryMs);
    timer.unref();
  };
  again();
  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

function launch(server: ServerToRun): ChildProcess {
  rotate(server.logFile);
  const output = openSync(server.logFile, 'a', 0o600);
  const [command, args] = server.endsWithInput
    ? [server.command, server.args]
    : ['/bin/sh', ['-c', END_WITH_PARENT, 'sh', server.command, ...server.args]];
  // A process group of its own: Ctrl-C in the terminal must not end the servers before we have drained.
  const child = spawn(command, args, { stdio: ['pipe', output, output], detached: true });
  closeSync(output);
  child.stdin?.on('error', () => undefined);
  child.on('error', (failure) => server.log(`${server.name} could not be started: ${failure.message}`));
  child.once('exit', () => child.stdin?.destroy());
  return child;
}

async function becomesHealthy(server: ServerToRun, child: ChildProcess): Promise<boolean> {
  const until = Date.now() + server.startLimitMs;
  while (isAlive(child) && Date.now() < until) {
    if (await server.isHealthy()) return isAlive(child);
    await pause(50);
  }
  return false;
}

async function end(child: ChildProcess): Promise<void> {
  if (!isAlive(child)) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  const force = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
  child.kill('SIGTERM');
  await gone;
  clearTimeout(force);
}

function isAlive(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

function ending(child: ChildProcess): string {
  return child.signalCode ?? (child.exitCode === null ? 'still running' : `code ${child.exitCode}`);
}

function rotate(file: string): void {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > LOG_LIMIT_BYTES) renameSync(file, `${file}.1`);
}

function lastWords(file: string): string {
  return readFileSync(file, 'utf8').trim().split('\n').slice(-6).join(' | ').slice(-1500) || '(nothing)';
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
