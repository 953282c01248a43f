import type { Job } from '../../store/jobs';
import type { Rights } from '../../store/rights';
import type { BulkAsked, BulkCode, BulkRefusal, BulkUpdate } from '../effects';
import type { Ports } from '../ports';

type BulkPorts = Pick<Ports, 'store' | 'workflows' | 'now' | 'log'>;

/** Tries of one enquiry before the job goes on without it. */
const TRIES = 3;
/** Refusals that are kept by name; the rest is only counted. */
const MOST_NAMED = 1000;

/**
 * Goes on with acts on many enquiries that somebody asked for, from wherever the last look broke off: the act bears the
 * job's name, so an enquiry that has had it answers the same. How many enquiries were gone through.
 */
export async function carryOutBulk(ports: BulkPorts, signal: AbortSignal): Promise<number> {
  let gone = 0;
  for (const job of await ports.store.jobs.standing('bulk'))
    if (!signal.aborted) gone += await carryOut(ports, job, signal);
  return gone;
}

/** Acts that are done to closed enquiries too, and those that an agent does to what nobody has. */
const WHEN_CLOSED: ReadonlySet<BulkUpdate> = new Set(['tag', 'spam', 'merge']);
const WHEN_NOBODYS: ReadonlySet<BulkUpdate> = new Set(['spam', 'merge']);

interface Progress extends Record<string, unknown> {
  refusals: BulkRefusal[];
  refused: number;
}

async function carryOut(ports: BulkPorts, job: Job, signal: AbortSignal): Promise<number> {
  const { store, now } = ports;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by the API from this very shape
  const asked = job.asked as unknown as BulkAsked;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written below
  let result: Progress = (job.result as Progress | null) ?? { refusals: [], refused: 0 };
  if (job.done === 0) await store.audit.addBulk(job);
  for (let at = job.done; at < asked.ids.length; at += 1) {
    if (signal.aborted) return at - job.done;
    if (!(await store.jobs.beat(job._id, { done: at, result }, now()))) {
      await store.jobs.end(job._id, { state: 'cancelled', done: at, result }, now());
      return at - job.done;
    }
    const enquiry = asked.ids[at] ?? '';
    const code = await patiently(ports, () => actOn(ports, job, asked, enquiry));
    if (code !== null) result = withRefusal(result, { enquiry, code });
  }
  await store.jobs.end(job._id, { state: 'done', done: asked.ids.length, result }, now());
  return asked.ids.length - job.done;
}

function withRefusal({ refusals, refused }: Progress, refusal: BulkRefusal): Progress {
  return { refusals: refused < MOST_NAMED ? [...refusals, refusal] : refusals, refused: refused + 1 };
}

/** Does it to one enquiry; why not, as a code, or null. What he who asked may see and do is looked at now, not when he asked. */
async function actOn(
  { store, workflows }: BulkPorts,
  { _id, by }: Job,
  { update, input }: BulkAsked,
  id: string,
): Promise<BulkCode | null> {
  const [enquiry, rights] = await Promise.all([store.enquiries.get(id), store.rightsOf(by)]);
  if (!enquiry || !rights) return 'not-found';
  const act = { act: `${by}/bulk/${_id}`, agent: by, ...input };
  const before = enquiry.memory?.acts.find(([name]) => name === act.act)?.[1];
  if (before) return before.ok ? null : before.code;
  if (!rights.sees(enquiry) || !(await seesElder(store, rights, update, input))) return 'not-found';
  if (enquiry.closedAt !== null && !WHEN_CLOSED.has(update)) return 'enquiry-closed';
  const own = rights.user.role === 'agent';
  if (own && update === 'take') return 'not-assigned';
  const others = enquiry.assignee !== by && !(WHEN_NOBODYS.has(update) && enquiry.assignee === null);
  if (own && update !== 'tag' && others) return 'not-assigned';
  const outcome = await workflows.actOnMany(id, update, act);
  return outcome.ok ? null : outcome.code;
}

/** Of a merge both are looked at. */
async function seesElder(
  store: Ports['store'],
  { sees }: Rights,
  update: BulkUpdate,
  { into }: BulkAsked['input'],
): Promise<boolean> {
  if (update !== 'merge') return true;
  const elder = await store.enquiries.get(String(into));
  return elder !== null && sees(elder);
}

/** A server that is away for a moment is asked again; an enquiry that cannot be reached keeps no others waiting. */
async function patiently({ log }: BulkPorts, work: () => Promise<BulkCode | null>): Promise<BulkCode | null> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Error && error.name === 'StoreAway') throw error;
      if (tries < TRIES) continue;
      log({ level: 'warn', msg: 'An act on many could not be confirmed for one enquiry.', error });
      return 'not-confirmed';
    }
  }
}
