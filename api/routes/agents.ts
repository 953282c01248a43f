import type { Agent } from '../../store/agents';
import { ApiError, notFound } from '../api-error';
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

/** What rings at somebody who is suspended goes on to the next at once. */
async function suspend(ports: ApiPorts, agent: Agent, by: string): Promise<void> {
  const { store, workflows } = ports;
  await store.agents.setSuspended(agent._id, true);
  const { offers } = await one(ports, agent._id);
  const gone = { agent: agent._id, cause: `suspended by ${by}` };
  await Promise.all(Object.keys(offers).map((enquiry) => workflows.agentGone(enquiry, gone)));
}

async function wakeLinesOf({ store, workflows }: ApiPorts, id: string): Promise<void> {
  const groups = await store.groups.ofAgent(id);
  await Promise.all(groups.map((group) => workflows.wakeLine('group', group._id)));
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
      handle: async ({ caller, params, body }) => {
        const agent = await led(ports, caller, params.id);
        if (body.capacity !== undefined) {
          await store.agents.save({ id: agent._id, name: agent.name, capacity: body.capacity }, now());
        }
        if (body.suspended === true) await suspend(ports, agent, caller.id);
        if (body.suspended === false) await store.agents.setSuspended(agent._id, false);
        if (body.suspended !== true) await wakeLinesOf(ports, agent._id);
        return ok(await view(ports, await one(ports, agent._id)));
      },
    }),
  ];
}
