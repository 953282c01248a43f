import { readyFlows } from '../../flows/ready';
import { ApiError, notFound } from '../api-error';
import { recordChange } from '../audit-trail';
import { checkSettings } from '../flow-settings';
import { ok, route, type Route } from '../http/route';
import { dictionary, either, flag, list, named, nullable, number, object, text, whole } from '../http/schema';
import type { ApiPorts } from '../ports';
import { publishedFlow } from '../called-flows';
import { fittingFlow, readyRevision } from '../ready-flow';
import { releaseHeldMail } from '../release-held-mail';
import { slug } from '../shapes/basics';
import { questionShape, questionsOf } from '../shapes/flow';

const readyShape = named(
  'ReadyFlow',
  object({
    id: text(),
    title: text(),
    about: text({ description: 'What it does, in a sentence.' }),
    revision: nullable(whole({ description: 'The newest that is published here; null before its first use.' })),
    settings: list(questionShape, { description: 'Its questions; one without a default has to be answered.' }),
  }),
);

/** Flows to pick from, and to use by answering their questions: no JSON is seen. */
export const readyFlowRoutes = (ports: ApiPorts): Route[] => [listingRoute(ports), usingRoute(ports)];

function listingRoute(ports: ApiPorts): Route {
  return route({
    id: 'listReadyFlows',
    method: 'get',
    path: '/v1/ready-flows',
    tag: 'settings',
    summary: 'List the flows that come with Ringpost, with the questions a channel answers',
    answers: { 200: named('ReadyFlowList', object({ items: list(readyShape) })) },
    handle: async () => {
      const items = [...readyFlows].map(async ([id, { about }]) => {
        const revision = (await ports.store.flows.get(id))?.lastRevision || null;
        const published = revision === null ? null : await publishedFlow(ports, { id, revision });
        const flow = published ?? (await fittingFlow(ports, id));
        return { id, title: flow.title, about, revision, settings: questionsOf(flow) };
      });
      return ok({ items: await Promise.all(items) });
    },
  });
}

function usingRoute(ports: ApiPorts): Route {
  const { store } = ports;
  return route({
    id: 'useReadyFlow',
    method: 'put',
    path: '/v1/channels/{id}/ready-flow',
    tag: 'settings',
    summary: 'Let a channel run a ready flow, with the answers to its questions',
    description:
      'Published on its first use. Answers that are left out take their defaults. New enquiries begin with it from now on.',
    body: object(
      { flow: slug('One of GET /v1/ready-flows.') },
      { settings: dictionary(either(text({ max: 1000 }), number(), flag()), 'Answers by the names of the questions.') },
    ),
    example: { flow: 'owner-first', settings: { group: 'support', 'bind-for': '30d' } },
    answers: {
      200: named(
        'ReadyFlowUse',
        object({ channel: text(), flow: text(), revision: whole(), settings: list(questionShape) }),
      ),
    },
    errors: ['wrong-settings', 'flow-has-errors', 'already-exists'],
    handle: async (call) => {
      const channel = await store.channels.get(call.params.id);
      if (!channel) throw notFound('channel', call.params.id);
      const { flow: id, settings = {} } = call.body;
      const known = (await store.flows.get(id))?.lastRevision ?? 0;
      // Nothing is published for answers that do not fit.
      const asked = known > 0 ? await publishedFlow(ports, { id, revision: known }) : await fittingFlow(ports, id);
      if (!readyFlows.has(id) || !asked) throw notFound('ready flow', id);
      const findings = await checkSettings(store, asked, settings);
      if (findings.length > 0) throw new ApiError('wrong-settings', undefined, { findings });
      const revision = await readyRevision(ports, id, call.caller.id);
      const { flow: before } = channel;
      const same = before?.id === id && before.revision === revision;
      const previous = before?.id === id && !same ? before.revision : null;
      const live = same ? before : { id, revision, canary: null, shadow: null, previous };
      if (channel.enabled && !before) await releaseHeldMail(ports, channel._id, call.caller.id);
      await store.channels.change(channel._id, { flow: live, settings });
      await recordChange(ports, call, {
        what: 'channel.ready-flow',
        about: channel._id,
        before: { flow: before?.id ?? null, revision: before?.revision ?? null, settings: channel.settings },
        after: { flow: id, revision, settings },
      });
      return ok({ channel: channel._id, flow: id, revision, settings: questionsOf(asked) });
    },
  });
}
