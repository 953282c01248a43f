import type { Agent } from '../../store/agents';
import { ApiError, notFound } from '../api-error';
import { recordChange } from '../audit-trail';
import { passOnOffersOf, wakeLinesOf } from '../availability';
import type { Caller } from '../caller';
import { ok, route, type Route } from '../http/route';
import { flag, list, named, object, whole, type TypeOf } from '../http/schema';
import type { ApiPorts } from '../ports';
import { agentShape, agentView } from '../shapes/agent';
import { mayLead } from '../visibility';

/** Agents: who is there, and what leads may change of them. */
export const agentRoutes = (ports: ApiPorts): Route[] => [...readingRoutes(ports), ...editingRoutes(ports)];

const view = async ({ store }: ApiPorts, agent: Agent): Promise<TypeOf<typeof agentShape>> =>
  agentView(
    agent,
    (await store.groups.ofAgent(agent._id)).map((group) => group._id),
  );

async function one({ store }: ApiPorts, id: string): Promise<Agent> {
  const agent = await store.agents.get(id);
  if (!agent) throw notFound('agent', id);
  return agent;
}

async function led(ports: ApiPorts, caller: Caller, id: string): Promise<Agent> {
  const { store } = ports;
  const agent = await one(ports, id);
  const groups = (await store.groups.ofAgent(id)).map((group) => group._id);
  if (!mayLead(caller, { groups }))
    throw new ApiError('wrong-role', 'Supervisors change agents of their own groups only.');
  return agent;
}

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
        ok({ items: await Promise.all((await store.agents.list()).map((each) => view(ports, each))) }),
    }),
    route({
      id: 'readAgent',
      method: 'get',
      path: '/v1/agents/{id}',
      tag: 'people',
      summary: 'Read one agent',
      answers: { 200: agentShape },
      handle: async ({ params }) => ok(await view(ports, await one(ports, params.id))),
    }),
  ];
}

function editingRoutes(ports: ApiPorts): Route[] {
  const { store, now } = ports;
  return [
    route({
      id: 'editAgent',
      method: 'patch',
      path: '/v1/agents/{id}',
      tag: 'people',
      summary: 'Change capacity, suspend or readmit',
      description:
        'Suspending passes on what rings at the agent at once; enquiries he holds stay his until transferred.',
      body: object({}, { capacity: whole({ min: 0, max: 100 }), suspended: flag() }),
      example: { capacity: 5 },
      answers: { 200: agentShape },
      errors: ['temporal-away'],
      handle: async (call) => {
        const { caller, params, body } = call;
        const agent = await led(ports, caller, params.id);
        const before = await view(ports, agent);
        if (body.capacity !== undefined) {
          await store.agents.save({ id: agent._id, name: agent.name, capacity: body.capacity }, now());
        }
        if (body.suspended !== undefined) await store.agents.setSuspended(agent._id, body.suspended);
        const after = await view(ports, await one(ports, agent._id));
        await recordChange(ports, call, { what: 'agent.change', about: agent._id, before, after });
        if (body.suspended) await passOnOffersOf(ports, agent._id, `suspended by ${caller.id}`);
        else await wakeLinesOf(ports, agent._id);
        return ok(after);
      },
    }),
  ];
}
