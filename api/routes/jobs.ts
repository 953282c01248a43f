import { ApiError, notFound } from '../api-error';
import { recordChange } from '../audit-trail';
import { ok, route, type Route } from '../http/route';
import { list, named, object, word } from '../http/schema';
import type { ApiPorts } from '../ports';
import { jobShape, jobView } from '../shapes/job';

/** Long pieces of work: how far they are, and how to stop them. */
export const jobRoutes = (ports: ApiPorts): Route[] => {
  const { store, now } = ports;
  const one = async (id: string) => {
    const job = await store.jobs.get(id, now());
    if (!job) throw notFound('job', id);
    return job;
  };
  return [
    route({
      id: 'listJobs',
      method: 'get',
      path: '/v1/jobs',
      tag: 'settings',
      summary: 'List migrations or backtests, newest first',
      query: object({ kind: word(['migration', 'backtest']) }),
      answers: { 200: named('JobList', object({ items: list(jobShape) })) },
      handle: async ({ query }) => ok({ items: (await store.jobs.list(query.kind, now())).map(jobView) }),
    }),
    route({
      id: 'readJob',
      method: 'get',
      path: '/v1/jobs/{id}',
      tag: 'settings',
      summary: 'How far a migration or backtest is, and what came of it',
      answers: { 200: jobShape },
      handle: async ({ params }) => ok(jobView(await one(params.id))),
    }),
    route({
      id: 'cancelJob',
      method: 'delete',
      path: '/v1/jobs/{id}',
      tag: 'settings',
      summary: 'Stop a migration or backtest; what was done stays',
      answers: { 200: jobShape },
      errors: ['wrong-state'],
      handle: async (call) => {
        const job = await one(call.params.id);
        if (!(await store.jobs.cancel(job._id))) {
          throw new ApiError('wrong-state', `It is ${job.state} already.`, { state: job.state });
        }
        const [before, after] = [{ cancelling: false }, { cancelling: true }];
        await recordChange(ports, call, { what: `${job.kind}.cancel`, about: job.about, before, after });
        return ok(jobView(await one(job._id)));
      },
    }),
  ];
};
