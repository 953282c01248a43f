import type { Target } from '../../flows';
import type { Job } from '../../store/jobs';
import type { AgentGone } from '../effects';
import type { Ports } from '../ports';

type HandOverPorts = Pick<Ports, 'store' | 'workflows' | 'now'>;

/** After this long without an enquiry moving, a hand-over has failed. */
const STUCK_MS = 10 * 60_000;
const LONGEST_NAMED = 20;

/**
 * Hands over all that agents have where somebody asked for it. It looks at what is left at each round, so that whoever breaks
 * off loses nothing; how many enquiries were told.
 */
export async function handOverAll(ports: HandOverPorts, signal: AbortSignal): Promise<number> {
  let told = 0;
  for (const job of await ports.store.jobs.standing('hand-over')) {
    if (!signal.aborted) told += await round(ports, job, signal);
  }
  return told;
}

async function round({ store, workflows, now }: HandOverPorts, job: Job, signal: AbortSignal): Promise<number> {
  const { _id: id, about: agent, by } = job;
  const left = await store.enquiries.open.list({ assignee: agent, limit: 1000 });
  const total = Math.max(job.total ?? 0, left.length + (job.total === null ? 0 : job.done));
  const done = total - left.length;
  const ended = { done, result: { handedOver: done } };
  if (left.length === 0) {
    await store.jobs.end(id, { state: 'done', ...ended }, now());
    return 0;
  }
  const movedAt = done > job.done || job.total === null ? now() : movedAtOf(job);
  if (!(await store.jobs.beat(id, { done, total, result: { handedOver: done, movedAt } }, now()))) {
    await store.jobs.end(id, { state: 'cancelled', ...ended }, now());
    return 0;
  }
  if (now().getTime() - movedAt.getTime() > STUCK_MS) {
    const numbers = left.slice(0, LONGEST_NAMED).map(({ number }) => number);
    const problem = `${left.length} could not be handed over: ${numbers.join(', ')}. Look at them, and ask once more.`;
    await store.jobs.end(id, { state: 'failed', problem, ...ended }, now());
    return 0;
  }
  for (const { _id: enquiry, channel } of left) {
    if (signal.aborted) break;
    const note = await noteOf(store, job, { enquiry, channel }, now());
    const handOver = { to: targetOf(job), by, ...(note === null ? {} : { note }) };
    const gone: AgentGone = { agent, cause: 'handed over', left: true, handOver };
    await workflows.agentGone(enquiry, gone);
  }
  return left.length;
}

function targetOf({ asked }: Job): Target | null {
  const { group, agent } = { group: undefined, agent: undefined, ...(asked['to'] as object | null) };
  if (typeof group === 'string') return { group };
  return typeof agent === 'string' ? { agent } : null;
}

/** The note that goes with each enquiry, kept once. */
async function noteOf(
  store: Ports['store'],
  { _id: job, asked, by }: Job,
  { enquiry, channel }: { enquiry: string; channel: string },
  at: Date,
): Promise<string | null> {
  const text = asked['note'];
  if (typeof text !== 'string') return null;
  const id = `${enquiry}:note:${job}`;
  await store.messages.insertNote({ _id: id, enquiry, channel, author: by, text, at });
  return id;
}

/** When an enquiry last moved. */
function movedAtOf({ result, startedAt }: Job): Date {
  const at = result?.['movedAt'];
  return at instanceof Date ? at : startedAt;
}
