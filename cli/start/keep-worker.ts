import { setTimeout as pause } from 'node:timers/promises';
import type { Worker } from '@temporalio/worker';
import type { WorkLog } from '../../activities/ports';

const AGAIN_MS = 5_000;

/** What is asked of a worker. */
type KeptWorker = Pick<Worker, 'run' | 'getState' | 'shutdown'>;

/** What runs until it is asked to stop. */
interface Running {
  stop(): Promise<void>;
}

/**
 * Runs a worker until it is asked to stop. One that ends by itself (Temporal refused its polls, as it does when it has lost
 * its file and does not know our namespace for a moment) is told to the operator and made anew: a process that takes mail
 * and works on none must not be.
 */
export async function keepWorker(make: () => Promise<KeptWorker>, log: WorkLog, againMs = AGAIN_MS): Promise<Running> {
  const asked = new AbortController();
  let worker = await make();

  async function run(): Promise<void> {
    while (!asked.signal.aborted) {
      let error = new Error('It was shut down.');
      try {
        await worker.run();
      } catch (failure) {
        if (asked.signal.aborted) throw failure;
        if (failure instanceof Error) error = failure;
      }
      if (asked.signal.aborted) return;
      log({ level: 'error', msg: 'A worker ended by itself; another is started.', reason: wordsOf(error), error });
      worker = await another();
    }
  }

  async function another(): Promise<KeptWorker> {
    for (;;) {
      await pause(againMs, undefined, { signal: asked.signal }).catch(() => undefined);
      if (asked.signal.aborted) return worker;
      try {
        return await make();
      } catch (error) {
        log({
          level: 'error',
          msg: 'No other worker could be started; it is tried again.',
          reason: wordsOf(error),
          error,
        });
      }
    }
  }

  const running = run();
  running.catch(() => undefined);
  return {
    async stop() {
      asked.abort();
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await running;
    },
  };
}

/**
 * Starts what keeps all else alive, again and again: starting it where it runs does nothing, and a Temporal that has lost
 * its file knows of no clock that would start the senders, the watchers and the enquiries.
 */
export function keepStarted(start: () => Promise<void>, { everyMs, log }: { everyMs: number; log: WorkLog }): Running {
  const timer = setInterval(() => {
    start().catch((error: unknown) => log({ level: 'warn', msg: 'The clock could not be looked after.', error }));
  }, everyMs);
  timer.unref();
  return { stop: async () => clearInterval(timer) };
}

/** What Temporal says of a worker holds nothing personal. */
const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).slice(0, 300);
