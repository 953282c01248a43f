import type { Lookup } from '../../store/lookups';
import { ApiError, notFound } from '../api-error';
import { recordChange } from '../audit-trail';
import { seenContact } from '../contact-sight';
import { nothing, ok, route, type Route } from '../http/route';
import { dictionary, instant, list, named, nullable, object, text, whole, type TypeOf } from '../http/schema';
import { createLookUp, unknownPlaces } from '../look-up';
import type { ApiPorts } from '../ports';
import { iso, line, mustBeSlug } from '../shapes/basics';

const pointer = (description: string) =>
  text({ max: 500, pattern: '^(/([^~]|~[01])*)?$', description, example: '/orders' });

const lookupInput = {
  title: line(80, 'As agents see it.'),
  connection: text({ min: 1, max: 50, description: 'The connection it is asked over, with GET.' }),
  path: text({
    min: 1,
    max: 500,
    pattern: '^/[^\\s?#]*(\\{\\{[^{}]*\\}\\}[^\\s?#]*)*$',
    description:
      'Below the address of the connection. Places: {{ contact.id }}, .email, .emails, .name, .account, .custom.FIELD, .record.SYSTEM.',
    example: '/customers/{{ contact.email }}/orders',
  }),
  rowTitle: pointer('Where a row has its title.'),
};

const lookupMore = {
  query: dictionary(text({ max: 500 }), 'Query parameters; with the same places as the path.'),
  rows: pointer('Where the list of rows stands in the answer; absent: the answer itself.'),
  rowUrl: nullable(pointer('Where a row has the address of its page.')),
  values: list(object({ title: line(80), pointer: pointer('Where the value stands in the row.') }), { max: 20 }),
  cacheMs: whole({ min: 0, max: 3_600_000, description: 'How long an answer is shown again; 5 minutes when absent.' }),
  timeoutMs: whole({ min: 100, max: 10_000, description: 'How long is waited; 3 seconds when absent.' }),
};

const lookupShape = named(
  'Lookup',
  object({
    id: text(),
    title: text(),
    connection: text(),
    path: text(),
    query: dictionary(text()),
    rows: text(),
    rowTitle: text(),
    rowUrl: nullable(text()),
    values: list(object({ title: text(), pointer: text() })),
    cacheMs: whole(),
    timeoutMs: whole(),
  }),
);

const view = ({ _id: id, v: _v, ...lookup }: Lookup): TypeOf<typeof lookupShape> => ({ id, ...lookup });

/** Lookups: what other systems know of a contact, for the sidebar. */
export const lookupRoutes = (ports: ApiPorts): Route[] => [
  ...readingRoutes(ports),
  savingRoute(ports),
  deletingRoute(ports),
  askingRoute(ports),
];

async function one({ store }: ApiPorts, id: string): Promise<Lookup> {
  const lookup = await store.lookups.get(id);
  if (!lookup) throw notFound('lookup', id);
  return lookup;
}

function readingRoutes(ports: ApiPorts): Route[] {
  return [
    route({
      id: 'listLookups',
      method: 'get',
      path: '/v1/lookups',
      tag: 'contacts',
      summary: 'List what may be looked up about a contact in other systems',
      answers: { 200: named('LookupList', object({ items: list(object({ id: text(), title: text() })) })) },
      handle: async () => {
        const items = (await ports.store.lookups.list()).map(({ _id: id, title }) => ({ id, title }));
        return ok({ items });
      },
    }),
    route({
      id: 'readLookup',
      method: 'get',
      path: '/v1/lookups/{id}',
      tag: 'contacts',
      summary: 'Read how a lookup asks',
      answers: { 200: lookupShape },
      handle: async ({ params }) => ok(view(await one(ports, params.id))),
    }),
  ];
}

function savingRoute(ports: ApiPorts): Route {
  const { store } = ports;
  return route({
    id: 'saveLookup',
    method: 'put',
    path: '/v1/lookups/{id}',
    tag: 'contacts',
    summary: 'Make a lookup, or change it whole',
    body: object(lookupInput, lookupMore),
    example: {
      title: 'Orders',
      connection: 'shop',
      path: '/orders',
      query: { email: '{{ contact.email }}' },
      rows: '/orders',
      rowTitle: '/number',
      rowUrl: '/url',
      values: [{ title: 'Total', pointer: '/total' }],
    },
    answers: { 200: lookupShape },
    handle: async (call) => {
      const { id } = call.params;
      mustBeSlug(id);
      const { query = {}, rows = '', rowUrl = null, values = [], cacheMs = 300_000, timeoutMs = 3_000 } = call.body;
      const { title, connection, path, rowTitle } = call.body;
      const findings = [
        { where: 'path', text: path },
        ...Object.entries(query).map(([name, each]) => ({ where: `query.${name}`, text: each })),
      ].flatMap((each) =>
        unknownPlaces(each.text).map((place) => ({ where: each.where, what: `names ${place}, which no contact has` })),
      );
      const asked = await store.connections.get(connection);
      if (!asked) findings.push({ where: 'connection', what: 'is no connection; GET /v1/connections lists them' });
      else if (!asked.methods.includes('GET')) findings.push({ where: 'connection', what: 'does not allow GET' });
      if (findings.length > 0) throw new ApiError('wrong-body', undefined, { findings });
      const before = await store.lookups.get(id);
      const lookup = { title, connection, path, query, rows, rowTitle, rowUrl, values, cacheMs, timeoutMs };
      const after = view(await store.lookups.save(id, lookup));
      await recordChange(ports, call, { what: 'lookup.save', about: id, before: before && view(before), after });
      return ok(after);
    },
  });
}

function deletingRoute(ports: ApiPorts): Route {
  return route({
    id: 'deleteLookup',
    method: 'delete',
    path: '/v1/lookups/{id}',
    tag: 'contacts',
    summary: 'Delete a lookup',
    answers: { 204: 'nothing' },
    handle: async (call) => {
      const before = await one(ports, call.params.id);
      await ports.store.lookups.remove(before._id);
      const change = { what: 'lookup.delete', about: before._id, before: view(before), after: null };
      await recordChange(ports, call, change);
      return nothing();
    },
  });
}

function askingRoute(ports: ApiPorts): Route {
  const lookUp = createLookUp(ports);
  const rowShape = object({
    title: text(),
    url: nullable(text()),
    values: list(object({ title: text(), value: text() })),
  });
  return route({
    id: 'lookUpContact',
    method: 'get',
    path: '/v1/contacts/{id}/lookups/{lookup}',
    tag: 'contacts',
    summary: 'What another system knows of a contact',
    description:
      'Ask apart from the contact’s page: it takes as long as the other system does, to the limit of the lookup.',
    answers: {
      200: named(
        'LookedUp',
        object({
          title: text(),
          rows: list(rowShape, { description: 'At most 50.' }),
          problem: nullable(text({ description: 'Why there are none, as a sentence.' })),
          at: instant('When the other system was asked.'),
        }),
      ),
    },
    handle: async ({ caller, params }) => {
      const { contact } = await seenContact(ports, caller, params.id);
      const lookup = await one(ports, params.lookup);
      const { rows, problem, at } = await lookUp(lookup, contact);
      return ok({ title: lookup.title, rows, problem, at: iso(at) });
    },
  });
}
