import type { LiveFlow } from '../../store/channels';
import { ApiError, notFound, wrongBody } from '../api-error';
import { ok, route, type Route } from '../http/route';
import { object, text, whole } from '../http/schema';
import { channelRunning, movedView, mustRun, setLive, viewOf } from '../live-flow';
import type { ApiPorts } from '../ports';
import { releaseHeldMail } from '../release-held-mail';
import { shadowReport, shadowShape } from '../shadow-report';
import { slug } from '../shapes/basics';
import { liveShape, movedShape, revisionNumber } from '../shapes/live';

/** The live alias of a channel: which revision new enquiries begin with, a canary beside it, a shadow behind it. */
export const liveRoutes = (ports: ApiPorts): Route[] => [
  readingRoute(ports),
  movingRoute(ports),
  canaryRoute(ports),
  ...canaryEndRoutes(ports),
  ...shadowRoutes(ports),
];

function readingRoute(ports: ApiPorts): Route {
  return route({
    id: 'readLive',
    method: 'get',
    path: '/v1/channels/{id}/live',
    tag: 'settings',
    summary: 'What a channel runs, and how many enquiries run on which revision',
    answers: { 200: liveShape },
    errors: ['wrong-state'],
    handle: async ({ params }) => {
      const { channel, live } = await channelRunning(ports, params.id);
      return ok(await viewOf(ports, channel, live));
    },
  });
}

function movingRoute(ports: ApiPorts): Route {
  const { store } = ports;
  return route({
    id: 'moveLive',
    method: 'put',
    path: '/v1/channels/{id}/live',
    tag: 'settings',
    summary: 'Let a channel run another published revision; also the way back',
    description:
      'New enquiries begin with it from now on; running ones stay on theirs, and "left" says how many and what may be done with them. Ends a canary and a shadow.',
    body: object({ revision: revisionNumber }, { flow: slug('Another flow; the same when absent.') }),
    example: { revision: 3 },
    answers: { 200: movedShape },
    errors: ['wrong-settings', 'wrong-body'],
    handle: async (call) => {
      const channel = await store.channels.get(call.params.id);
      if (!channel) throw notFound('channel', call.params.id);
      const before = channel.flow;
      const id = call.body.flow ?? before?.id;
      if (id === undefined) throw wrongBody('/flow', 'is missing');
      const { revision } = call.body;
      await mustRun(ports, channel, id, revision);
      const same = before?.id === id && before.revision === revision;
      const previous = same ? (before.previous ?? null) : before?.id === id ? before.revision : null;
      const live: LiveFlow = { id, revision, canary: null, shadow: null, previous };
      // Asked before the change, as PATCH of the channel does.
      if (channel.enabled && !before) await releaseHeldMail(ports, channel._id, call.caller.id);
      const changed = await setLive(ports, call, channel, { what: 'channel.live', live });
      const left = before?.id === id && !same ? before.revision : null;
      return ok(await movedView(ports, changed, live, left));
    },
  });
}

function canaryRoute(ports: ApiPorts): Route {
  return route({
    id: 'setCanary',
    method: 'put',
    path: '/v1/channels/{id}/canary',
    tag: 'settings',
    summary: 'Let a share of new enquiries begin with another revision of the flow',
    description: 'By a hash of the enquiry’s id. Repeat it with another "percent" to widen or narrow the share.',
    body: object({ revision: revisionNumber, percent: whole({ min: 1, max: 99 }) }),
    example: { revision: 4, percent: 10 },
    answers: { 200: liveShape },
    errors: ['wrong-settings', 'wrong-state'],
    handle: async (call) => {
      const { channel, live: before } = await channelRunning(ports, call.params.id);
      const { revision, percent } = call.body;
      await mustRun(ports, channel, before.id, revision);
      if (revision === before.revision) {
        throw new ApiError('wrong-state', `Revision ${revision} is live already.`, { state: 'live' });
      }
      const since = before.canary?.revision === revision ? before.canary.since : ports.now();
      const live: LiveFlow = { ...before, canary: { revision, percent, since } };
      return ok(await viewOf(ports, await setLive(ports, call, channel, { what: 'channel.canary', live }), live));
    },
  });
}

function canaryEndRoutes(ports: ApiPorts): Route[] {
  return [
    route({
      id: 'promoteCanary',
      method: 'post',
      path: '/v1/channels/{id}/canary/promote',
      tag: 'settings',
      summary: 'Make the canary the live revision',
      answers: { 200: movedShape },
      errors: ['wrong-state'],
      handle: async (call) => {
        const { channel, live: before } = await channelRunning(ports, call.params.id);
        if (!before.canary) throw noCanary(channel._id);
        const { revision } = before.canary;
        const live: LiveFlow = { id: before.id, revision, canary: null, shadow: null, previous: before.revision };
        const changed = await setLive(ports, call, channel, { what: 'channel.canary-promote', live });
        return ok(await movedView(ports, changed, live, before.revision));
      },
    }),
    route({
      id: 'abortCanary',
      method: 'delete',
      path: '/v1/channels/{id}/canary',
      tag: 'settings',
      summary: 'End the canary: all new enquiries begin with the live revision again',
      answers: { 200: movedShape },
      errors: ['wrong-state'],
      handle: async (call) => {
        const { channel, live: before } = await channelRunning(ports, call.params.id);
        if (!before.canary) throw noCanary(channel._id);
        const live: LiveFlow = { ...before, canary: null };
        const changed = await setLive(ports, call, channel, { what: 'channel.canary-abort', live });
        return ok(await movedView(ports, changed, live, before.canary.revision));
      },
    }),
  ];
}

const noCanary = (channel: string): ApiError =>
  new ApiError('wrong-state', `The channel "${channel}" has no canary.`, { state: 'no-canary' });

function shadowRoutes(ports: ApiPorts): Route[] {
  return [
    route({
      id: 'setShadow',
      method: 'put',
      path: '/v1/channels/{id}/shadow',
      tag: 'settings',
      summary: 'Play another revision beside the live one and record where it would differ',
      description:
        'It sends nothing, rings nobody and leaves no trace in the enquiries: each new enquiry is played once more with what happened in it.',
      body: object({ revision: revisionNumber }),
      example: { revision: 4 },
      answers: { 200: liveShape },
      errors: ['wrong-settings', 'wrong-state'],
      handle: async (call) => {
        const { channel, live: before } = await channelRunning(ports, call.params.id);
        const { revision } = call.body;
        await mustRun(ports, channel, before.id, revision);
        const since = before.shadow?.revision === revision ? before.shadow.since : ports.now();
        const live: LiveFlow = { ...before, shadow: { revision, since } };
        return ok(await viewOf(ports, await setLive(ports, call, channel, { what: 'channel.shadow', live }), live));
      },
    }),
    route({
      id: 'readShadow',
      method: 'get',
      path: '/v1/channels/{id}/shadow',
      tag: 'settings',
      summary: 'What a shadow revision would have done otherwise, by the node where it parts from the live one',
      query: object(
        {},
        { revision: text({ max: 9, pattern: '^[1-9][0-9]*$', description: 'The present one when absent.' }) },
      ),
      answers: { 200: shadowShape },
      errors: ['wrong-state'],
      handle: async ({ params, query }) => {
        const { channel, live } = await channelRunning(ports, params.id);
        const shadow = query.revision === undefined ? live.shadow?.revision : Number(query.revision);
        if (shadow === undefined) {
          throw new ApiError('wrong-state', `The channel "${channel._id}" has no shadow.`, { state: 'no-shadow' });
        }
        return ok(shadowReport(shadow, await ports.store.shadowRuns.of(channel._id, shadow)));
      },
    }),
    route({
      id: 'endShadow',
      method: 'delete',
      path: '/v1/channels/{id}/shadow',
      tag: 'settings',
      summary: 'Play no revision beside the live one any more; what was recorded stays',
      answers: { 200: liveShape },
      errors: ['wrong-state'],
      handle: async (call) => {
        const { channel, live: before } = await channelRunning(ports, call.params.id);
        const live: LiveFlow = { ...before, shadow: null };
        return ok(await viewOf(ports, await setLive(ports, call, channel, { what: 'channel.shadow-end', live }), live));
      },
    }),
  ];
}
