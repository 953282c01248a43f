import type { Agent } from '../store/agents';
import { ApiError, notFound } from './api-error';
import type { Caller } from './caller';
import type { ApiPorts } from './ports';
import { mayLead } from './visibility';

/** An agent by his id. Throws `not-found`. */
export async function agentOf({ store }: Pick<ApiPorts, 'store'>, id: string): Promise<Agent> {
  const agent = await store.agents.get(id);
  if (!agent) throw notFound('agent', id);
  return agent;
}

/** An agent whom the caller leads. Throws `not-found`, `wrong-role`. */
export async function agentLedBy(ports: Pick<ApiPorts, 'store'>, caller: Caller, id: string): Promise<Agent> {
  const agent = await agentOf(ports, id);
  const groups = (await ports.store.groups.ofAgent(id)).map((group) => group._id);
  if (!mayLead(caller, { groups })) {
    throw new ApiError('wrong-role', 'Supervisors change agents of their own groups only.');
  }
  return agent;
}

/** The caller himself as an agent, or one whom he leads. Throws `not-found`, `wrong-role`. */
export const agentOwnOrLed = (ports: Pick<ApiPorts, 'store'>, caller: Caller, id: string): Promise<Agent> =>
  caller.id === id ? agentOf(ports, id) : agentLedBy(ports, caller, id);
