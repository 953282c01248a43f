import { jobKinds, type Job } from '../../store/jobs';
import { access } from '../access';
import { ApiError, notFound } from '../api-error';
import { recordChange } from '../audit-trail';
import { openErasure } from '../erase-contact';
import { ok, route, type Route } from '../http/route';
import { list, named, object, word } from '../http/schema';
import { permit } from '../permit';
import type { ApiPorts } from '../ports';
import { jobShape, jobView } from '../shapes/job';
import { mappingOf } from '../contact-csv';
import { startErasure, startImport } from '../resume-jobs';
import { beginBacktest, type AskedBacktest } from './backtests';
import { beginMigration, type AskedMigration } from './migrations';

async function one({ store, now }: Pick<ApiPorts, 'store' | 'now'>, id: string): Promise<Job> {
  const job = await store.jobs.get(id, now());
  if (!job) throw notFound('job', id);
  return job;
}

/** Long pieces of work: how far they are, and how to stop them. */
export const jobRoutes = (ports: ApiPorts): Route[] => {
  const { store, now } = ports;
  return [
    route({
      id: 'listJobs',
      method: 'get',
      path: '/v1/jobs',
      tag: 'settings',
      summary: 'List jobs of a kind, newest first',
      query: object({ kind: word(jobKinds) }),
      answers: { 200: named('JobList', object({ items: list(jobShape) })) },
      handle: async ({ query }) => ok({ items: (await store.jobs.list(query.kind, now())).map(jobView) }),
    }),
    route({
      id: 'readJob',
      method: 'get',
      path: '/v1/jobs/{id}',
      tag: 'settings',
      summary: 'How far a job is, and what came of it',
      answers: { 200: jobShape },
      handle: async ({ params }) => ok(jobView(await one(ports, params.id))),
    }),
    route({
      id: 'cancelJob',
      method: 'delete',
      path: '/v1/jobs/{id}',
      tag: 'settings',
      summary: 'Stop a job; what was done stays',
      answers: { 200: jobShape },
      errors: ['wrong-state'],
      handle: async (call) => {
        const job = await one(ports, call.params.id);
        if (!(await store.jobs.cancel(job._id))) {
          throw new ApiError('wrong-state', `It is ${job.state} already.`, { state: job.state });
        }
        const [before, after] = [{ cancelling: false }, { cancelling: true }];
        await recordChange(ports, call, { what: `${job.kind}.cancel`, about: job.about, before, after });
        return ok(jobView(await one(ports, job._id)));
      },
    }),
    retryRoute(ports),
  ];
};

type Begin = (ports: ApiPorts, job: Pick<Job, 'about' | 'asked'>, by: string) => Promise<Job>;

/** How a job is begun anew for what it was asked. */
const anew: Partial<Record<Job['kind'], Begin>> = {
  migration: (ports, { about, asked }, by) =>
    beginMigration(ports, { flow: about, asked: asked as AskedMigration, by }),
  backtest: (ports, { asked }, by) => beginBacktest(ports, { asked: asked as AskedBacktest, by }),
  async 'contact-import'(ports, { about, asked }, by) {
    if (!(await ports.store.contactImports.get(about))) {
      throw new ApiError('wrong-state', 'The uploaded list is gone; upload it again. What was saved stays.');
    }
    return startImport(ports, about, mappingOf(asked), by);
  },
  erasure: async (ports, { about }, by) => startErasure(ports, await openErasure(ports, about), by),
};

function retryRoute(ports: ApiPorts): Route {
  return route({
    id: 'retryJob',
    method: 'post',
    path: '/v1/jobs/{id}/retry',
    tag: 'settings',
    summary: 'Start a job anew that was interrupted, failed or stopped',
    description:
      'Answers a new job for what the old one was asked. A migration takes those enquiries that are left; a backtest begins again; a list of contacts and an erasure find done what was done (those that a restart cut off go on by themselves). Bulk acts are asked for again.',
    answers: { 200: jobShape },
    errors: ['wrong-state', 'flow-has-errors', 'too-many-jobs', 'wrong-scope'],
    handle: async (call) => {
      const { kind, about, state, asked } = await one(ports, call.params.id);
      if (state === 'running' || state === 'done') {
        throw new ApiError('wrong-state', `It is ${state}; ask for another one.`, { state });
      }
      const needed = kind === 'contact-import' ? access.saveContacts : kind === 'erasure' ? access.eraseContact : null;
      if (needed) permit({ access: needed, caller: call.caller, write: false, csrf: undefined });
      const begin = Object.hasOwn(anew, kind) ? anew[kind] : undefined;
      if (!begin) {
        throw new ApiError('wrong-state', 'Acts on many are not started anew; ask for them again.', { state });
      }
      const job = await begin(ports, { about, asked }, call.caller.id);
      const [before, after] = [{ job: call.params.id }, { job: job._id }];
      await recordChange(ports, call, { what: `${kind}.retry`, about, before, after });
      return ok(jobView(job));
    },
  });
}
