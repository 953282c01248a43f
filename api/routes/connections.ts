import { failureWords, type Json } from '../../flows';
import type { Connection } from '../../store/connections';
import { ApiError, notFound } from '../api-error';
import { recordChange } from '../audit-trail';
import { createConnectionTestLimit } from '../connection-test-limit';
import { changedConnection, connectionChange, newConnection } from '../connection-settings';
import { created, nothing, ok, route, type Route } from '../http/route';
import { list, named, object, type TypeOf } from '../http/schema';
import type { ApiPorts } from '../ports';
import { slug } from '../shapes/basics';
import { connectionInput, connectionShape, connectionView, triedInput, triedShape } from '../shapes/connection';
import { usesOf } from '../uses';

/** Connections: other systems that flows ask by name; addresses and secrets stand here and in no flow. */
export const connectionRoutes = (ports: ApiPorts): Route[] => [
  ...readingRoutes(ports),
  ...makingRoutes(ports),
  ...changingRoutes(ports),
  tryingRoute(ports),
];

async function one({ store }: ApiPorts, id: string): Promise<Connection> {
  const connection = await store.connections.get(id);
  if (!connection) throw notFound('connection', id);
  return connection;
}

function readingRoutes(ports: ApiPorts): Route[] {
  return [
    route({
      id: 'listConnections',
      method: 'get',
      path: '/v1/connections',
      tag: 'settings',
      summary: 'List connections to other systems',
      answers: { 200: named('ConnectionList', object({ items: list(connectionShape) })) },
      handle: async () => ok({ items: (await ports.store.connections.list()).map(connectionView) }),
    }),
    route({
      id: 'readConnection',
      method: 'get',
      path: '/v1/connections/{id}',
      tag: 'settings',
      summary: 'Read a connection; its secret is never answered',
      answers: { 200: connectionShape },
      handle: async ({ params }) => ok(connectionView(await one(ports, params.id))),
    }),
  ];
}

function makingRoutes(ports: ApiPorts): Route[] {
  const { title, baseUrl, ...optional } = connectionInput;
  return [
    route({
      id: 'createConnection',
      method: 'post',
      path: '/v1/connections',
      tag: 'settings',
      summary: 'Make a connection to another system',
      description: 'Without "methods" flows may only ask with GET; without "auth" they ask without a secret.',
      body: object({ id: slug('Name flows use; never changes.'), title, baseUrl }, optional),
      example: {
        id: 'crm',
        title: 'CRM',
        baseUrl: 'https://192.0.2.10/api',
        auth: { kind: 'header', name: 'X-Api-Key', secret: 'as the CRM gave it' },
      },
      answers: { 201: connectionShape },
      errors: ['already-exists'],
      handle: async (call) => {
        const { id, title: name, baseUrl: address, ...change } = call.body;
        const connection = await changedConnection(ports, newConnection(id, name, address), change);
        if (!(await ports.store.connections.create(connection))) {
          throw new ApiError('already-exists', `There is a connection "${id}" already.`);
        }
        const after = connectionView(connection);
        await recordChange(ports, call, { what: 'connection.create', about: id, before: null, after });
        return created(after, `/v1/connections/${id}`);
      },
    }),
  ];
}

function changingRoutes(ports: ApiPorts): Route[] {
  const { store } = ports;
  return [
    route({
      id: 'editConnection',
      method: 'patch',
      path: '/v1/connections/{id}',
      tag: 'settings',
      summary: 'Change a connection; what is left out stays, the secret too',
      description:
        'Holds for enquiries that are under way as well: flows name the connection, not what stands in it. Another scheme, host or port needs the secret anew.',
      body: connectionChange,
      example: { methods: ['GET', 'POST'] },
      answers: { 200: connectionShape },
      handle: async (call) => {
        const before = await one(ports, call.params.id);
        const { _id, v: _v, ...changed } = await changedConnection(ports, before, call.body);
        const stored = await store.connections.change(_id, changed);
        if (!stored) throw notFound('connection', _id);
        const after = connectionView(stored);
        const change = { what: 'connection.change', about: _id, before: connectionView(before), after };
        await recordChange(ports, call, change);
        return ok(after);
      },
    }),
    route({
      id: 'deleteConnection',
      method: 'delete',
      path: '/v1/connections/{id}',
      tag: 'settings',
      summary: 'Delete a connection that no live flow names',
      answers: { 204: 'nothing' },
      errors: ['still-used'],
      handle: async (call) => {
        const before = await one(ports, call.params.id);
        const usedBy = await usesOf(ports, 'connection', before._id);
        if (usedBy.length > 0) throw new ApiError('still-used', undefined, { usedBy });
        await store.connections.remove(before._id);
        const change = { what: 'connection.delete', about: before._id, before: connectionView(before), after: null };
        await recordChange(ports, call, change);
        return nothing();
      },
    }),
  ];
}

function tryingRoute(ports: ApiPorts): Route {
  const allowed = createConnectionTestLimit();
  return route({
    id: 'tryConnection',
    method: 'post',
    path: '/v1/connections/{id}/try',
    tag: 'settings',
    summary: 'Ask the other system once and tell what came of it',
    description:
      'Shows where values stand in the answer, not the values: the other system may give back what it was sent. Ten tries in five minutes.',
    body: triedInput,
    example: { method: 'GET', path: '/customers', query: { email: 'somebody@example.com' } },
    answers: { 200: triedShape },
    errors: ['too-many-tries'],
    handle: async (call) => {
      await allowed(call.request, call.response);
      const { method, path, query = {} } = call.body;
      const connection = await one(ports, call.params.id);
      const began = performance.now();
      const answered = await ports.connections.ask(connection, { method, path, query });
      const tookMs = Math.round(performance.now() - began);
      const about = { what: 'connection.try', about: connection._id, before: null, after: { method } };
      await recordChange(ports, call, about);
      return ok({ ...told(answered), tookMs });
    },
  });
}

const MOST_VALUES = 200;

function told(
  answered: Awaited<ReturnType<ApiPorts['connections']['ask']>>,
): Omit<TypeOf<typeof triedShape>, 'tookMs'> {
  if ('failed' in answered) {
    const { failed } = answered;
    const sentence = `The connection cannot be used so: ${failureWords(failed)}.`;
    return { ok: false, status: failed.status ?? null, sentence, values: [] };
  }
  const values = [...valuesOf(answered.answer, '')].slice(0, MOST_VALUES);
  return { ok: true, status: answered.status, sentence: 'The other system answered with JSON.', values };
}

type Values = TypeOf<typeof triedShape>['values'];

function* valuesOf(value: Json, pointer: string, depth = 0): Generator<Values[number]> {
  if (depth > 20) return;
  if (typeof value === 'string') yield { pointer, type: 'string' };
  else if (typeof value === 'number') yield { pointer, type: 'number' };
  else if (typeof value === 'boolean') yield { pointer, type: 'boolean' };
  else if (value === null) yield { pointer, type: 'null' };
  else {
    for (const [name, each] of Object.entries(value)) {
      const step = name.replaceAll('~', '~0').replaceAll('/', '~1');
      yield* valuesOf(each, `${pointer}/${step}`, depth + 1);
    }
  }
}
