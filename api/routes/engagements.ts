import type { Engagement } from '../../store/engagements';
import { notFound } from '../api-error';
import { recordChange } from '../audit-trail';
import { nothing, ok, route, type Route } from '../http/route';
import { list, named, object, type TypeOf } from '../http/schema';
import type { ApiPorts } from '../ports';
import { id } from '../shapes/basics';
import { engagementShape, engagementView } from '../shapes/engagement';

/** Engagements: contacts bound to an agent. Who is bound is shown to everybody; names stay with the contact. */
export const engagementRoutes = (ports: ApiPorts): Route[] => {
  const { store, now } = ports;
  const view = async (engagement: Engagement): Promise<TypeOf<typeof engagementShape>> =>
    engagementView(engagement, await store.agents.get(engagement.agent), now());
  return [
    route({
      id: 'listEngagements',
      method: 'get',
      path: '/v1/engagements',
      tag: 'people',
      summary: 'List the contacts that are bound to an agent',
      query: object({ agent: id('Id of the agent.') }),
      answers: { 200: named('EngagementList', object({ items: list(engagementShape) })) },
      handle: async ({ query }) => {
        const at = now();
        const bound = await store.engagements.ofAgent(query.agent);
        const agent = await store.agents.get(query.agent);
        return ok({
          items: bound.filter((each) => each.expiresAt > at).map((each) => engagementView(each, agent, at)),
        });
      },
    }),
    route({
      id: 'readEngagement',
      method: 'get',
      path: '/v1/engagements/{channel}/{contact}',
      tag: 'people',
      summary: 'To whom a contact is bound on a channel; 404 when to nobody',
      answers: { 200: engagementShape },
      handle: async ({ params }) => {
        const { channel, contact } = params;
        const found = await store.engagements.get(channel, contact, now());
        if (!found) throw notFound('engagement', `${channel}/${contact}`);
        return ok(await view(found));
      },
    }),
    route({
      id: 'releaseEngagement',
      method: 'delete',
      path: '/v1/engagements/{channel}/{contact}',
      tag: 'people',
      summary: 'Unbind a contact',
      answers: { 204: 'nothing' },
      handle: async (call) => {
        const { channel, contact } = call.params;
        const before = await store.engagements.get(channel, contact, now());
        if (!before) throw notFound('engagement', `${channel}/${contact}`);
        await store.engagements.end(channel, contact);
        const change = {
          what: 'engagement.release',
          about: `${channel}/${contact}`,
          before: await view(before),
          after: null,
        };
        await recordChange(ports, call, change);
        return nothing();
      },
    }),
  ];
};
