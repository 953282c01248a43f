import type { Engagement } from '../../store/engagements';
import { notFound } from '../api-error';
import { recordChange } from '../audit-trail';
import { nothing, ok, route, type Route } from '../http/route';
import { instant, list, named, object, text, type TypeOf } from '../http/schema';
import type { ApiPorts } from '../ports';
import { id, iso } from '../shapes/basics';

const engagementShape = named(
  'Engagement',
  object({
    channel: text(),
    contact: text({ description: 'Id of the contact.' }),
    agent: text(),
    since: instant('When it began.'),
    lastAt: instant('Last message either way.'),
    expiresAt: instant('Ends then, unless a message comes or goes.'),
    whenUnavailable: text({ description: 'forward-to-group or wait.' }),
    enquiry: text({ description: 'The enquiry that bound them.' }),
  }),
);

const view = (engagement: Engagement): TypeOf<typeof engagementShape> => ({
  channel: engagement.channel,
  contact: engagement.contact,
  agent: engagement.agent,
  since: iso(engagement.since),
  lastAt: iso(engagement.lastAt),
  expiresAt: iso(engagement.expiresAt),
  whenUnavailable: engagement.whenUnavailable,
  enquiry: engagement.enquiry,
});

/** Engagements: contacts bound to an agent. Who is bound is shown to everybody; names stay with the contact. */
export const engagementRoutes = (ports: ApiPorts): Route[] => {
  const { store, now } = ports;
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
        return ok({ items: bound.filter((each) => each.expiresAt > at).map(view) });
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
        return ok(view(found));
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
          before: view(before),
          after: null,
        };
        await recordChange(ports, call, change);
        return nothing();
      },
    }),
  ];
};
