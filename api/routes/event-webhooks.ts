import { randomBytes } from 'node:crypto';
import { eventNames, type EventWebhook } from '../../store/event-webhooks';
import { ApiError, notFound, type InputFinding } from '../api-error';
import { recordChange } from '../audit-trail';
import { created, nothing, ok, route, type Route } from '../http/route';
import { list, named, object, text, whole, word, type TypeOf } from '../http/schema';
import type { ApiPorts } from '../ports';
import { slug } from '../shapes/basics';
import {
  eventDueShape,
  eventDueView,
  eventWebhookInput,
  eventWebhookShape,
  eventWebhookView,
} from '../shapes/event-webhook';

const DAY_MS = 86_400_000;

/** Event webhooks: other systems that are told what happens. */
export const eventWebhookRoutes = (ports: ApiPorts): Route[] => [
  ...readingRoutes(ports),
  makingRoute(ports),
  ...changingRoutes(ports),
  ...secretAndRetryRoutes(ports),
];

/** Shown once; Standard Webhooks 1.0 asks for 24 to 64 random bytes. */
const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

const secretShape = named(
  'EventWebhookSecret',
  object({ webhook: eventWebhookShape, secret: text({ description: 'Signs what is sent. Shown once.' }) }),
);

async function one({ store }: ApiPorts, id: string): Promise<EventWebhook> {
  const webhook = await store.eventWebhooks.get(id);
  if (!webhook) throw notFound('event webhook', id);
  return webhook;
}

const view = async ({ store }: ApiPorts, webhook: EventWebhook): Promise<TypeOf<typeof eventWebhookShape>> =>
  eventWebhookView(webhook, await store.eventsDue.counts(webhook._id));

/** What it names must be there, and the connection must let it be told. */
async function mustFit({ store }: ApiPorts, webhook: EventWebhook): Promise<void> {
  const findings: InputFinding[] = [];
  const connection = await store.connections.get(webhook.connection);
  if (!connection) findings.push({ where: '/connection', what: `names "${webhook.connection}", which does not exist` });
  else if (!connection.methods.includes('POST')) {
    findings.push({ where: '/connection', what: `names "${webhook.connection}", whose "methods" do not allow POST` });
  }
  for (const [index, channel] of (webhook.channels ?? []).entries()) {
    if (await store.channels.get(channel)) continue;
    findings.push({ where: `/channels/${index}`, what: `names "${channel}", which does not exist` });
  }
  if (webhook.agent !== null && !(await store.agents.get(webhook.agent))) {
    findings.push({ where: '/agent', what: `names "${webhook.agent}", who does not exist` });
  }
  if (findings.length > 0) throw new ApiError('wrong-body', undefined, { findings });
}

function readingRoutes(ports: ApiPorts): Route[] {
  const { store } = ports;
  return [
    route({
      id: 'listEventWebhooks',
      method: 'get',
      path: '/v1/event-webhooks',
      tag: 'settings',
      summary: 'List event webhooks, and whether they get through',
      answers: { 200: named('EventWebhookList', object({ items: list(eventWebhookShape) })) },
      handle: async () => {
        const all = await store.eventWebhooks.list();
        return ok({ items: await Promise.all(all.map((each) => view(ports, each))) });
      },
    }),
    route({
      id: 'readEventWebhook',
      method: 'get',
      path: '/v1/event-webhooks/{id}',
      tag: 'settings',
      summary: 'Read an event webhook; its secret is never answered',
      answers: { 200: eventWebhookShape },
      handle: async ({ params }) => ok(await view(ports, await one(ports, params.id))),
    }),
    route({
      id: 'listEventsDue',
      method: 'get',
      path: '/v1/event-webhooks/{id}/events',
      tag: 'settings',
      summary: 'List the events that wait to be told, or were given up, newest first',
      query: object({}, { state: word(['waiting', 'given-up']), limit: whole({ min: 1, max: 200 }) }),
      answers: { 200: named('EventDueList', object({ items: list(eventDueShape) })) },
      handle: async ({ params, query }) => {
        const { state = 'waiting', limit = 50 } = query;
        const { _id } = await one(ports, params.id);
        return ok({ items: (await store.eventsDue.list(_id, state === 'given-up', limit)).map(eventDueView) });
      },
    }),
  ];
}

function makingRoute(ports: ApiPorts): Route {
  const { title, connection, path, ...optional } = eventWebhookInput;
  return route({
    id: 'createEventWebhook',
    method: 'post',
    path: '/v1/event-webhooks',
    tag: 'settings',
    summary: 'Tell another system what happens to enquiries and messages',
    description:
      'Each event is sent by POST as JSON, signed as Standard Webhooks say, at least once, in no promised order; what is not answered with 2xx is tried again for three days. Nothing that people wrote is in it: read it by the API.',
    body: object({ id: slug('Never changes.'), title, connection, path }, optional),
    example: { id: 'crm-events', title: 'CRM', connection: 'crm', path: '/ringpost', events: ['enquiry.closed'] },
    answers: { 201: secretShape },
    errors: ['already-exists', 'temporal-away'],
    handle: async (call) => {
      const { id: _id, events = [...eventNames], channels = null, agent = null, enabled = true, ...said } = call.body;
      const secret = newSecret();
      const unsigned = { previousSecret: null, previousUntil: null, failing: null, v: 1 };
      const sealed = ports.store.secrets.seal(secret);
      const webhook = { _id, ...said, events, channels, agent, enabled, secret: sealed, ...unsigned };
      await mustFit(ports, webhook);
      if (!(await ports.store.eventWebhooks.create(webhook))) {
        throw new ApiError('already-exists', `There is an event webhook "${_id}" already.`);
      }
      await ports.workflows.startEventWebhook(_id);
      const after = await view(ports, webhook);
      await recordChange(ports, call, { what: 'event-webhook.create', about: _id, before: null, after });
      return created({ webhook: after, secret }, `/v1/event-webhooks/${_id}`);
    },
  });
}

function changingRoutes(ports: ApiPorts): Route[] {
  const { store } = ports;
  return [
    route({
      id: 'editEventWebhook',
      method: 'patch',
      path: '/v1/event-webhooks/{id}',
      tag: 'settings',
      summary: 'Change an event webhook; what is left out stays',
      body: object({}, eventWebhookInput),
      example: { enabled: false },
      answers: { 200: eventWebhookShape },
      errors: ['temporal-away'],
      handle: async (call) => {
        const before = await one(ports, call.params.id);
        const changes = Object.fromEntries(Object.entries(call.body).filter(([, value]) => value !== undefined));
        const wanted: EventWebhook = { ...before, ...changes };
        await mustFit(ports, wanted);
        const stored = (await store.eventWebhooks.change(before._id, changes)) ?? wanted;
        if (stored.enabled) await ports.workflows.startEventWebhook(before._id);
        const change = { what: 'event-webhook.change', about: before._id };
        const after = await view(ports, stored);
        await recordChange(ports, call, { ...change, before: await view(ports, before), after });
        return ok(after);
      },
    }),
    route({
      id: 'deleteEventWebhook',
      method: 'delete',
      path: '/v1/event-webhooks/{id}',
      tag: 'settings',
      summary: 'Delete an event webhook; what it was not told yet is forgotten',
      answers: { 204: 'nothing' },
      handle: async (call) => {
        const before = await one(ports, call.params.id);
        await store.eventWebhooks.remove(before._id);
        const change = { what: 'event-webhook.delete', about: before._id, after: null };
        await recordChange(ports, call, { ...change, before: await view(ports, before) });
        return nothing();
      },
    }),
  ];
}

function secretAndRetryRoutes(ports: ApiPorts): Route[] {
  const { store, now } = ports;
  return [
    route({
      id: 'renewEventWebhookSecret',
      method: 'post',
      path: '/v1/event-webhooks/{id}/secret',
      tag: 'settings',
      summary: 'Make a new secret; the former one signs as well for a day',
      answers: { 200: secretShape },
      handle: async (call) => {
        const before = await one(ports, call.params.id);
        const secret = newSecret();
        const until = new Date(now().getTime() + DAY_MS);
        const renewed = { secret: store.secrets.seal(secret), previousSecret: before.secret, previousUntil: until };
        const stored = (await store.eventWebhooks.change(before._id, renewed)) ?? before;
        const about = { what: 'event-webhook.secret', about: before._id, before: null, after: null };
        await recordChange(ports, call, about);
        return ok({ webhook: await view(ports, stored), secret });
      },
    }),
    route({
      id: 'tellEventsAgain',
      method: 'post',
      path: '/v1/event-webhooks/{id}/retry',
      tag: 'settings',
      summary: 'Try again, for three more days, what was given up',
      answers: { 200: named('EventsAgain', object({ again: whole({}) })) },
      handle: async (call) => {
        const { _id } = await one(ports, call.params.id);
        const again = await store.eventsDue.again(_id, now());
        store.hints.tell({ about: 'events', webhook: _id });
        const about = { what: 'event-webhook.retry', about: _id, before: null, after: { again } };
        await recordChange(ports, call, about);
        return ok({ again });
      },
    }),
  ];
}
