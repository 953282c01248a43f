import type { Target } from '../flows/state';
import type { Job } from '../store/jobs';
import { mustExist } from './act-guards';
import { wrongBody } from './api-error';
import { either, object, text } from './http/schema';
import { newJob } from './jobs';
import type { ApiPorts } from './ports';
import { slug } from './shapes/basics';

/** A group or an agent, as requests name it. */
export const targetInput = either(
  object({ group: slug('Id of the group.') }),
  object({ agent: text({ min: 1, max: 100 }) }),
);

/** Refuses a target that does not exist or serves nobody, or is the agent himself; `where` it stands in the body. */
export async function mustServeFor(
  ports: Pick<ApiPorts, 'store'>,
  agent: string,
  to: Target,
  where = '/to/agent',
): Promise<void> {
  await mustExist(ports, to, where);
  if (!('agent' in to) || to.agent !== agent) return;
  throw wrongBody(where, 'must be somebody else');
}

/**
 * Asks for all that an agent has to be handed over; the clock's process does it and goes on after a crash. The job tells how
 * far it is.
 */
export async function startHandOver(
  { store, now }: Pick<ApiPorts, 'store' | 'now'>,
  { agent, to, note, by }: { agent: string; to: Target | null; note: string | undefined; by: string },
): Promise<Job> {
  const asked = { to, ...(note === undefined ? {} : { note }) };
  const job = newJob({ kind: 'hand-over', about: agent, asked, by }, now());
  await store.jobs.start(job);
  return job;
}
