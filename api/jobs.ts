import { randomUUID } from 'node:crypto';
import type { Job } from '../store/jobs';
import { ApiError } from './api-error';
import type { ApiPorts } from './ports';

/** Of those that play or move many enquiries while the desk works beside, so many run at a time, over all processes. */
const COUNTED: readonly Job['kind'][] = ['migration', 'backtest'];
const MOST_AT_A_TIME = 3;
/** Also a piece that takes long shows in this time that somebody still works (ms). */
const ALIVE_EVERY_MS = 5000;

/** What a job is told while it works. */
export interface Working {
  id: string;
  /** Tells how far it is; false when it is to stop. */
  beat(progress: Partial<Pick<Job, 'done' | 'total' | 'result'>>): Promise<boolean>;
}

/** What is asked of a job. */
export type WantedJob = Pick<Job, 'kind' | 'about' | 'asked' | 'by'>;

/** A job of which nothing is done yet. */
export const newJob = (wanted: WantedJob, at: Date): Job => ({
  ...wanted,
  _id: `j-${randomUUID()}`,
  state: 'running',
  done: 0,
  total: null,
  cancelWanted: false,
  result: null,
  problem: null,
  startedAt: at,
  beatAt: at,
  endedAt: null,
  v: 1,
});

/** How a job came out: with its result, or `cancelled` with what it had so far. */
export interface JobDone {
  result: Record<string, unknown>;
  done: number;
  cancelled: boolean;
}

/**
 * Starts a long piece of work in this process and answers its document at once; how far it is stands in the store. A
 * process that dies leaves it `interrupted`: it is started anew by hand (lists of contacts and erasures go on by themselves,
 * `resume-jobs.ts`), and may run again.
 *
 * @throws ApiError `too-many-jobs` while as many of migrations and backtests run as may.
 */
export async function startJob(
  { store, now, log }: Pick<ApiPorts, 'store' | 'now' | 'log'>,
  wanted: WantedJob,
  work: (working: Working) => Promise<JobDone>,
): Promise<Job> {
  const at = now();
  // Two that come at once may both get the last place; that is one more, and no harm.
  const counted = COUNTED.includes(wanted.kind);
  if (counted && (await store.jobs.running(COUNTED, at)) >= MOST_AT_A_TIME) throw new ApiError('too-many-jobs');
  const job = newJob(wanted, at);
  await store.jobs.start(job);
  void carryOut({ store, now, log }, job, work);
  return job;
}

/** Does the work of a job that stands in the store, in this process; never rejects: how it came out stands there as well. */
export async function carryOut(
  { store, now, log }: Pick<ApiPorts, 'store' | 'now' | 'log'>,
  { _id: id }: Job,
  work: (working: Working) => Promise<JobDone>,
): Promise<void> {
  const beat: Working['beat'] = (progress) => store.jobs.beat(id, progress, now());
  const alive = setInterval(() => void store.jobs.alive(id, now()).catch(() => undefined), ALIVE_EVERY_MS);
  try {
    const { result, done, cancelled } = await work({ id, beat });
    await store.jobs.end(id, { state: cancelled ? 'cancelled' : 'done', result, done }, now());
  } catch (error) {
    const problem = error instanceof Error ? error.message : 'It failed for no reason known.';
    log.warn({ error, job: id }, 'A job failed.');
    await store.jobs.end(id, { state: 'failed', problem }, now()).catch(() => undefined);
  } finally {
    clearInterval(alive);
  }
}
