import { WATCH_MS } from '../../store/watchers';
import { seenEnquiry } from '../enquiry-guard';
import { nothing, ok, route, type Route } from '../http/route';
import { flag, named, object, whole } from '../http/schema';
import type { ApiPorts } from '../ports';
import { watchersShape, watchersView } from '../shapes/watcher';
import { createWatchEnds } from '../watch-ends';

const watchShape = named(
  'Watch',
  object({ watchers: watchersShape, leaseMs: whole({ description: 'Say it again before that.' }) }),
);

/** Who has an enquiry open, so that two do not write the same answer. */
export const watchingRoutes = (ports: ApiPorts): Route[] => {
  const { store, now } = ports;
  const ends = createWatchEnds(ports);
  return [
    route({
      id: 'watch',
      method: 'put',
      path: '/v1/enquiries/{id}/watch',
      tag: 'desk',
      summary: 'Say that I have an enquiry open, and whether I write; answers who else has',
      description: 'Repeat it every 10 seconds. The live event "watchers" tells when somebody comes, goes or writes.',
      body: object({}, { typing: flag('I write at this moment.') }),
      example: { typing: true },
      answers: { 200: watchShape },
      handle: async ({ caller, params, body }) => {
        const { _id: id } = await seenEnquiry(ports, caller, params.id);
        const { watchers, news } = await store.watchers.watch(id, caller.id, body.typing ?? false, now());
        ends.said(id, caller.id, body.typing ?? false);
        if (news) store.hints.tell({ about: 'watchers', enquiry: id });
        return ok({ watchers: await watchersView(ports, watchers, caller.id), leaseMs: WATCH_MS });
      },
    }),
    route({
      id: 'stopWatching',
      method: 'delete',
      path: '/v1/enquiries/{id}/watch',
      tag: 'desk',
      summary: 'Say that I have left an enquiry',
      answers: { 204: 'nothing' },
      handle: async ({ caller, params }) => {
        const { _id: id } = await seenEnquiry(ports, caller, params.id);
        await store.watchers.leave(id, caller.id);
        ends.forget(id, caller.id);
        store.hints.tell({ about: 'watchers', enquiry: id });
        return nothing();
      },
    }),
  ];
};
