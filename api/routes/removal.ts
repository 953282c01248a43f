import { ApiError, notFound } from '../api-error';
import { recordChange } from '../audit-trail';
import { mustServeFor, startHandOver, targetInput } from '../hand-over';
import { created, route, type Route } from '../http/route';
import { object, text } from '../http/schema';
import type { ApiPorts } from '../ports';
import { jobShape, jobView } from '../shapes/job';
import { userView } from '../shapes/user';
import { shutOut } from '../shut-out';

/** Removing a person: he is gone from lists and groups, what he had goes on, and his name stays in the stories. */
export const removalRoute = (ports: ApiPorts): Route => {
  const { store, now } = ports;
  return route({
    id: 'removeUser',
    method: 'post',
    path: '/v1/users/{id}/removal',
    tag: 'people',
    summary: 'Remove a user for good, and hand over all he has',
    description:
      'Sessions and tokens end at once, his engagements end, he leaves his groups, and his address is free again. Stories keep his name, and supervisors can read his drafts. May be repeated. GET /v1/jobs/{id} tells how far the hand-over is.',
    body: object({}, { to: targetInput, note: text({ min: 1, max: 2000, description: 'For whoever takes over.' }) }),
    example: { to: { group: 'support' } },
    answers: { 201: jobShape },
    errors: ['not-found', 'last-admin', 'wrong-body', 'temporal-away'],
    handle: async (call) => {
      const { caller, params, body } = call;
      const user = await store.users.get(params.id);
      if (!user) throw notFound('user', params.id);
      const { _id: id } = user;
      // Whoever asks is an admin and stays one.
      if (id === caller.id) throw new ApiError('last-admin', 'Nobody removes himself; ask another admin.');
      const { to = null, note } = body;
      if (to) await mustServeFor(ports, id, to);
      await store.users.remove(id);
      await store.agents.remove(id, caller.id, now());
      await shutOut(ports, id, caller.id, 'removed');
      for (const group of await store.groups.ofAgent(id)) {
        const { title, strategy, ringTimeoutMs, wrapUpMs = null } = group;
        const agents = group.agents.filter((agent) => agent !== id);
        await store.groups.save(group._id, { title, strategy, ringTimeoutMs, wrapUpMs, agents });
      }
      for (const { channel, contact } of await store.engagements.ofAgent(id)) {
        await store.engagements.end(channel, contact);
      }
      const job = await startHandOver(ports, { agent: id, to, note, by: caller.id });
      await recordChange(ports, call, { what: 'user.remove', about: id, before: userView(user), after: null });
      return created(jobView(job), `/v1/jobs/${job._id}`);
    },
  });
};
