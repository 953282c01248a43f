import type { Erasure } from '../store/erasures';
import type { Job } from '../store/jobs';
import { keptMapping, mappingOf, type Mapping } from './contact-csv';
import { saveImport } from './contact-import';
import { carryOutErasure } from './erase-contact';
import { carryOut, startJob, type JobDone, type Working } from './jobs';
import type { ApiPorts } from './ports';
import { readCsv } from './read-csv';

type JobPorts = Pick<ApiPorts, 'store' | 'now' | 'log'>;

/** Kinds that go on by themselves when the process that did them is gone: each may run again from any point. */
const RESUMED = ['contact-import', 'erasure'] as const;

/** An erasure that is noted has a job a moment later; one without after this long lost it to a crash (ms). */
const JOBLESS_MS = 20_000;

const LOST_LIST = 'The uploaded list is gone: it is kept for a day. Upload it again; what was saved stays.';

/**
 * Takes over lists of contacts and erasures that a process left unfinished, also by dying before it had begun; how many.
 * Two processes that look at once take each job once.
 */
export async function resumeJobs(ports: JobPorts): Promise<number> {
  const { store, now } = ports;
  let taken = 0;
  for (const kind of RESUMED) {
    for (const job of await store.jobs.silent(kind, now())) {
      if (!(await store.jobs.takeOver(job, now()))) continue;
      taken += 1;
      ports.log.info({ job: job._id, kind }, 'A job of a process that is gone goes on.');
      void carryOut(ports, job, (working) => workOf(ports, job, working));
    }
  }
  for (const erasure of await jobless(ports)) {
    taken += 1;
    await startErasure(ports, erasure, erasure.by);
  }
  return taken;
}

/** A process looks this often for what another left (ms). */
const LOOK_EVERY_MS = 10_000;

/** Takes over what was left unfinished, now and from time to time, as another process may die at any moment. */
export function startResuming(ports: JobPorts): { stop(): void } {
  // While the store is away there is nothing to take over; the next look finds it.
  const look = (): void => void resumeJobs(ports).catch(() => undefined);
  look();
  const timer = setInterval(look, LOOK_EVERY_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

/** Starts the job that erases. */
export function startErasure(ports: JobPorts, erasure: Erasure, by: string): Promise<Job> {
  const wanted = { kind: 'erasure' as const, about: erasure._id, asked: {}, by };
  return startJob(ports, wanted, () => carryOutErasure(ports, erasure));
}

/** Starts the job that saves an uploaded list. */
export function startImport(ports: JobPorts, about: string, mapping: Mapping, by: string): Promise<Job> {
  const wanted = { kind: 'contact-import' as const, about, asked: keptMapping(mapping), by };
  return startJob(ports, wanted, (working) => importOf(ports, wanted, null, working));
}

/** Goes on where the job stands. */
async function workOf(ports: JobPorts, job: Job, working: Working): Promise<JobDone> {
  if (job.kind === 'contact-import') return importOf(ports, job, job, working);
  const erasure = await ports.store.erasures.get(job.about);
  if (!erasure) throw new Error('There is no such erasure.');
  return carryOutErasure(ports, erasure);
}

async function importOf(
  ports: JobPorts,
  { about, asked, by }: Pick<Job, 'about' | 'asked' | 'by'>,
  before: Pick<Job, 'done' | 'total' | 'result'> | null,
  working: Working,
): Promise<JobDone> {
  const upload = await ports.store.contactImports.get(about);
  // Thrown away as the last thing of all: nothing but the word that it is done was missing.
  if (!upload && before?.result && before.done === before.total) {
    return { result: before.result, done: before.done, cancelled: false };
  }
  if (!upload) throw new Error(LOST_LIST);
  const list = readCsv(upload.csv);
  return saveImport(ports, { list, mapping: mappingOf(asked), by, upload: about, before }, working);
}

async function jobless({ store, now }: JobPorts): Promise<Erasure[]> {
  const before = new Date(now().getTime() - JOBLESS_MS);
  const open = (await store.erasures.unfinished()).filter(({ at }) => at < before);
  const known = await Promise.all(open.map(({ _id, at }) => store.jobs.existsAbout('erasure', _id, at)));
  return open.filter((_, index) => !known[index]);
}
