import type { Agent } from '../../store/agents';
import { ApiError, wrongBody } from '../api-error';
import { recordChange } from '../audit-trail';
import { wakeLinesOf } from '../availability';
import type { Caller } from '../caller';
import { ok, route, type Route } from '../http/route';
import { dictionary, flag, list, named, nullable, object, whole, type TypeOf } from '../http/schema';
import { agentLedBy, agentOf } from '../led-agent';
import type { ApiPorts } from '../ports';
import { agentShape, agentView } from '../shapes/agent';
import { isSlug } from '../shapes/basics';
import { shutOut } from '../shut-out';

/** Agents: who is there, and what leads may change of them. */
export const agentRoutes = (ports: ApiPorts): Route[] => [...readingRoutes(ports), ...editingRoutes(ports)];

const view = async ({ store, now }: ApiPorts, agent: Agent): Promise<TypeOf<typeof agentShape>> =>
  agentView(
    agent,
    (await store.groups.ofAgent(agent._id)).map((group) => group._id),
    now(),
  );

function readingRoutes(ports: ApiPorts): Route[] {
  const { store } = ports;
  return [
    route({
      id: 'listAgents',
      method: 'get',
      path: '/v1/agents',
      tag: 'people',
      summary: 'List agents with presence, load and capacity',
      answers: { 200: named('AgentList', object({ items: list(agentShape) })) },
      handle: async () =>
        ok({
          items: await Promise.all(
            (await store.agents.list()).filter(({ removed }) => !removed).map((each) => view(ports, each)),
          ),
        }),
    }),
    route({
      id: 'readAgent',
      method: 'get',
      path: '/v1/agents/{id}',
      tag: 'people',
      summary: 'Read one agent',
      answers: { 200: agentShape },
      handle: async ({ params }) => ok(await view(ports, await agentOf(ports, params.id))),
    }),
  ];
}

/** What becomes of contacts who are bound to an agent that serves nobody from now on; nothing when there are none. */
async function toldOfBound({ store, now }: ApiPorts, { _id, name }: Agent): Promise<string[]> {
  const bound = (await store.engagements.ofAgent(_id)).filter(({ expiresAt }) => expiresAt > now());
  if (bound.length === 0) return [];
  const groups = [...new Set(bound.flatMap(({ group }) => group ?? []))].toSorted((a, b) => (a < b ? -1 : 1));
  const where = groups.length > 0 ? ` (${groups.join(', ')})` : '';
  const are = bound.length === 1 ? '1 contact is' : `${bound.length} contacts are`;
  return [
    `${are} bound to ${name}: their mail goes to the groups of their flows${where} until ${name} is readmitted or they are unbound. GET /v1/engagements?agent=${_id} lists them.`,
  ];
}

/** Supervisors suspend agents, admins supervisors too; an admin loses his role first, so that one is always left. */
async function suspend(ports: ApiPorts, caller: Caller, id: string, suspended: boolean): Promise<void> {
  const { store, now } = ports;
  const role = (await store.users.get(id))?.role ?? 'agent';
  if (id === caller.id || role === 'admin' || (role === 'supervisor' && caller.role !== 'admin')) {
    throw new ApiError('wrong-role', 'Nobody suspends himself or an admin, and only an admin suspends a supervisor.');
  }
  await store.users.change(id, { suspended });
  await store.agents.setSuspended(id, suspended, caller.id, now());
  if (suspended) await shutOut(ports, id, caller.id, 'suspended');
}

const MOST_SKILLS = 50;

/** Skills are named by slugs, as flows name them. */
async function setSkills({ store }: ApiPorts, id: string, skills: Record<string, number>): Promise<void> {
  const names = Object.keys(skills);
  const odd = names.find((name) => !isSlug(name));
  if (odd !== undefined || names.length > MOST_SKILLS) {
    const what = odd === undefined ? `are more than ${MOST_SKILLS}` : 'are named by lower-case words joined by "-"';
    throw wrongBody('/skills', what);
  }
  await store.agents.setSkills(id, skills);
}

function editingRoutes(ports: ApiPorts): Route[] {
  const { store, now } = ports;
  return [
    route({
      id: 'editAgent',
      method: 'patch',
      path: '/v1/agents/{id}',
      tag: 'people',
      summary: 'Change capacity, skills and wrap-up time, suspend or readmit',
      description:
        'Who is suspended cannot sign in: sessions and API tokens end at once, and what rings at him goes on. What he has stays his until it is handed over (POST /v1/agents/{id}/hand-over); new mail of it rings his group.',
      body: object(
        {},
        {
          capacity: whole({ min: 0, max: 100 }),
          wrapUpMs: nullable(
            whole({
              min: 0,
              max: 3_600_000,
              description: 'Time to write up after an enquiry; null: as his groups say.',
            }),
          ),
          suspended: flag(),
          skills: dictionary(whole({ min: 1, max: 5 }), 'Level from 1 to 5 by skill, in place of all he had.'),
        },
      ),
      example: { capacity: 5 },
      answers: { 200: agentShape },
      errors: ['temporal-away'],
      handle: async (call) => {
        const { caller, params, body } = call;
        const agent = await agentLedBy(ports, caller, params.id);
        const before = await view(ports, agent);
        if (body.capacity !== undefined) {
          await store.agents.save({ id: agent._id, name: agent.name, capacity: body.capacity }, now());
        }
        if (body.wrapUpMs !== undefined) await store.agents.setWrapUp(agent._id, body.wrapUpMs);
        if (body.skills !== undefined) await setSkills(ports, agent._id, body.skills);
        if (body.suspended !== undefined) await suspend(ports, caller, agent._id, body.suspended);
        const after = await view(ports, await agentOf(ports, agent._id));
        await recordChange(ports, call, { what: 'agent.change', about: agent._id, before, after });
        if (!body.suspended) await wakeLinesOf(ports, agent._id);
        return ok(body.suspended ? { ...after, told: await toldOfBound(ports, agent) } : after);
      },
    }),
  ];
}
