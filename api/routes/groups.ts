import type { StrategyName } from '../../flows/flow';
import type { Group, GroupSettings } from '../../store/groups';
import { ApiError, notFound } from '../api-error';
import { recordChange } from '../audit-trail';
import { created, nothing, ok, route, type Route } from '../http/route';
import { described, either, list, named, nullable, object, text, whole, word, type TypeOf } from '../http/schema';
import type { ApiPorts } from '../ports';
import { saySoon } from '../say-soon';
import { line, slug } from '../shapes/basics';
import { usesOf } from '../uses';

const names = [
  'leastLoaded',
  'roundRobin',
  'fewestToday',
  'longestIdle',
  'fixedOrder',
  'ringAll',
  'none',
  'contactOwner',
  'accountOwner',
  'lastAgent',
] as const satisfies readonly StrategyName[];

const strategy = described(
  'How an agent is picked; several: each is asked where the one before finds nobody. none: agents take from the list.',
  either(word(names), list(word(names), { min: 1, max: 4 })),
);

const offlineAgents = word(
  ['skip', 'last', 'alike'],
  'Whether agents who are not available get enquiries, without ringing: never; only when nobody is available; in their turn.',
);

const groupShape = named(
  'Group',
  object({
    id: text(),
    title: text(),
    agents: list(text()),
    strategy: either(text(), list(text())),
    ringTimeoutMs: nullable(whole({ description: 'Time to accept; null: the default of 60 s.' })),
    offlineAgents,
    wrapUpMs: whole({
      description: 'Time to write up after an enquiry, which holds a place; an agent may have his own.',
    }),
    tags: list(text(), { description: 'Words by which agents transfer to it.' }),
  }),
);

const settings = {
  title: line(80, 'As people see it.'),
  agents: list(text({ min: 1, max: 100 }), { max: 500, description: 'Ids of the agents.' }),
  strategy,
  ringTimeoutMs: nullable(
    whole({ min: 5000, max: 3_600_000, description: 'Time to accept; null: the default of 60 s.' }),
  ),
  offlineAgents,
  wrapUpMs: whole({ min: 0, max: 3_600_000, description: 'Time to write up after an enquiry; 0 when absent.' }),
  tags: list(text({ min: 1, max: 50, pattern: '^[^\\s,]+( [^\\s,]+)*$' }), {
    max: 50,
    description: 'Words by which agents transfer to it; each leads to one group.',
  }),
};

const view = (group: Group): TypeOf<typeof groupShape> => ({
  id: group._id,
  title: group.title,
  agents: group.agents,
  strategy: group.strategy,
  ringTimeoutMs: group.ringTimeoutMs,
  wrapUpMs: group.wrapUpMs ?? 0,
  tags: group.tags ?? [],
  offlineAgents: group.offlineAgents ?? 'skip',
});

/** Groups: the sets of agents a flow routes to. */
export const groupRoutes = (ports: ApiPorts): Route[] => [
  ...readingRoutes(ports),
  ...savingRoutes(ports),
  ...editingRoutes(ports),
  ...deletingRoutes(ports),
];

async function one({ store }: ApiPorts, id: string): Promise<Group> {
  const group = await store.groups.get(id);
  if (!group) throw notFound('group', id);
  return group;
}

async function save(ports: ApiPorts, id: string, wanted: GroupSettings): Promise<Group> {
  const { store } = ports;
  const known = new Set((await store.agents.getMany(wanted.agents)).map((agent) => agent._id));
  const unknown = wanted.agents.filter((agent) => !known.has(agent));
  if (unknown.length > 0) throw notFound('agent', unknown[0] ?? '');
  const { tags = [] } = wanted;
  for (const { _id, tags: theirs = [] } of await store.groups.list()) {
    const taken = _id === id ? undefined : theirs.find((tag) => tags.includes(tag));
    if (taken !== undefined) throw new ApiError('already-exists', `The tag "${taken}" leads to the group "${_id}".`);
  }
  const saved = await store.groups.save(id, { ...wanted, agents: [...new Set(wanted.agents)], tags });
  // A new member is a new candidate for who waits.
  if ((await store.lines.length(`group:${id}`)) > 0) saySoon(ports, ({ wakeLine }) => wakeLine('group', id));
  return saved;
}

function readingRoutes(ports: ApiPorts): Route[] {
  const { store } = ports;
  return [
    route({
      id: 'listGroups',
      method: 'get',
      path: '/v1/groups',
      tag: 'people',
      summary: 'List groups',
      answers: { 200: named('GroupList', object({ items: list(groupShape) })) },
      handle: async () => ok({ items: (await store.groups.list()).map(view) }),
    }),
    route({
      id: 'readGroup',
      method: 'get',
      path: '/v1/groups/{id}',
      tag: 'people',
      summary: 'Read one group',
      answers: { 200: groupShape },
      handle: async ({ params }) => ok(view(await one(ports, params.id))),
    }),
  ];
}

function savingRoutes(ports: ApiPorts): Route[] {
  const { store } = ports;
  return [
    route({
      id: 'createGroup',
      method: 'post',
      path: '/v1/groups',
      tag: 'people',
      summary: 'Make a group',
      body: object(
        { id: slug('Name flows use; never changes.'), title: settings.title, agents: settings.agents },
        {
          strategy: settings.strategy,
          ringTimeoutMs: settings.ringTimeoutMs,
          wrapUpMs: settings.wrapUpMs,
          tags: settings.tags,
          offlineAgents,
        },
      ),
      example: { id: 'day-desk', title: 'Day desk', agents: [], strategy: 'leastLoaded' },
      answers: { 201: groupShape },
      errors: ['already-exists', 'not-found'],
      handle: async (call) => {
        const {
          id,
          title,
          agents,
          strategy = 'leastLoaded',
          ringTimeoutMs = null,
          wrapUpMs = 0,
          tags = [],
          offlineAgents: offline = 'skip',
        } = call.body;
        if (await store.groups.get(id)) throw new ApiError('already-exists', `There is a group "${id}" already.`);
        const group = view(
          await save(ports, id, {
            title,
            agents,
            strategy,
            ringTimeoutMs,
            wrapUpMs,
            tags,
            offlineAgents: offline,
          }),
        );
        await recordChange(ports, call, { what: 'group.create', about: id, before: null, after: group });
        return created(group, `/v1/groups/${id}`);
      },
    }),
  ];
}

function editingRoutes(ports: ApiPorts): Route[] {
  return [
    route({
      id: 'editGroup',
      method: 'patch',
      path: '/v1/groups/{id}',
      tag: 'people',
      summary: 'Change a group',
      body: object({}, settings),
      example: { agents: [] },
      answers: { 200: groupShape },
      errors: ['already-exists'],
      handle: async (call) => {
        const { params, body } = call;
        const before = await one(ports, params.id);
        const wanted: GroupSettings = {
          title: body.title ?? before.title,
          agents: body.agents ?? before.agents,
          strategy: body.strategy ?? before.strategy,
          ringTimeoutMs: body.ringTimeoutMs === undefined ? before.ringTimeoutMs : body.ringTimeoutMs,
          wrapUpMs: body.wrapUpMs ?? before.wrapUpMs ?? 0,
          tags: body.tags ?? before.tags ?? [],
          offlineAgents: body.offlineAgents ?? before.offlineAgents ?? 'skip',
        };
        const after = view(await save(ports, params.id, wanted));
        await recordChange(ports, call, { what: 'group.change', about: before._id, before: view(before), after });
        return ok(after);
      },
    }),
  ];
}

function deletingRoutes(ports: ApiPorts): Route[] {
  const { store } = ports;
  return [
    route({
      id: 'deleteGroup',
      method: 'delete',
      path: '/v1/groups/{id}',
      tag: 'people',
      summary: 'Delete a group that no live flow names and no open enquiry is at',
      answers: { 204: 'nothing' },
      errors: ['still-used'],
      handle: async (call) => {
        const before = await one(ports, call.params.id);
        const usedBy = await usesOf(ports, 'group', before._id);
        if (usedBy.length > 0) throw new ApiError('still-used', undefined, { usedBy });
        await store.groups.remove(before._id);
        await recordChange(ports, call, { what: 'group.delete', about: before._id, before: view(before), after: null });
        return nothing();
      },
    }),
  ];
}
