import type { AgentGone } from '../effects';
import type { Agent } from '../../store/agents';
import type { Ports } from '../ports';

/**
 * An agent is gone: what rings at him goes on to the next at once; of what he has that is told whose flow waits for it. Whoever
 * looks at his presence is told too.
 */
export async function passOn({ store, workflows }: Ports, agent: Agent, cause: string): Promise<void> {
  const { _id: id } = agent;
  const gone: AgentGone = { agent: id, cause };
  const rings = Object.values(agent.offers).map((offer) => offer.enquiry);
  const heeding = await store.enquiries.heeding(Object.keys(agent.slots), 'agent-unavailable');
  for (const enquiry of new Set([...rings, ...heeding])) await workflows.agentGone(enquiry, gone);
  store.hints.tell({ about: 'presence', agent: id });
}
