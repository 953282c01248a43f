import { randomUUID } from 'node:crypto';
import type { Job } from '../store/jobs';
import type { ApiPorts } from './ports';

/** What a job is told while it works. */
export interface Working {
  id: string;
  /** Tells how far it is; false when it is to stop. */
  beat(progress: Partial<Pick<Job, 'done' | 'total' | 'result'>>): Promise<boolean>;
}

/** What is asked of a job. */
export type WantedJob = Pick<Job, 'kind' | 'about' | 'asked' | 'by'>;

/** How a job came out: with its result, or `cancelled` with what it had so far. */
export interface JobDone {
  result: Record<string, unknown>;
  done: number;
  cancelled: boolean;
}

/**
 * Starts a long piece of work in this process and answers its document at once; how far it is stands in the store. A
 * process that dies leaves it `interrupted`: it is started anew by hand, and may run again.
 */
export async function startJob(
  { store, now, log }: Pick<ApiPorts, 'store' | 'now' | 'log'>,
  wanted: WantedJob,
  work: (working: Working) => Promise<JobDone>,
): Promise<Job> {
  const at = now();
  const job: Job = {
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
  };
  await store.jobs.start(job);
  const { _id: id } = job;
  const beat: Working['beat'] = (progress) => store.jobs.beat(id, progress, now());
  const carryOut = async (): Promise<void> => {
    try {
      const { result, done, cancelled } = await work({ id, beat });
      await store.jobs.end(id, { state: cancelled ? 'cancelled' : 'done', result, done }, now());
    } catch (error) {
      const problem = error instanceof Error ? error.message : 'It failed for no reason known.';
      log.warn({ error, job: id }, 'A job failed.');
      await store.jobs.end(id, { state: 'failed', problem }, now()).catch(() => undefined);
    }
  };
  void carryOut();
  return job;
}
