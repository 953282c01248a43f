/** What follows when an agent begins or stops to be there; the routing itself is the workflows' business. */
import type { ApiPorts } from './ports';
import { saySoon } from './say-soon';

type Ports = Pick<ApiPorts, 'store' | 'workflows' | 'log'>;

/** He has become a candidate, or has a free slot more: the lines in which somebody waits for him look again. */
export const wakeLinesOf = async (ports: Ports, agent: string): Promise<void> => {
  const { store } = ports;
  const occupied = new Set((await store.lines.occupied()).map(({ line }) => line));
  if (occupied.size === 0) return;
  const groups = (await store.groups.ofAgent(agent)).filter((group) => occupied.has(`group:${group._id}`));
  if (occupied.has(`agent:${agent}`)) saySoon(ports, ({ wakeLine }) => wakeLine('agent', agent));
  for (const { _id } of groups) saySoon(ports, ({ wakeLine }) => wakeLine('group', _id));
};

/** He is gone: what rings at him goes on to the next at once. Tells everybody's screens. */
export const passOnOffersOf = async ({ store, workflows }: Ports, agent: string, cause: string): Promise<void> => {
  const { offers = {}, slots = {} } = (await store.agents.get(agent)) ?? {};
  // Of what he has only that is told whose flow waits for it.
  const heeding = await store.enquiries.heeding(Object.keys(slots), 'agent-unavailable');
  const enquiries = [...new Set([...Object.keys(offers), ...heeding])];
  await Promise.all(enquiries.map((enquiry) => workflows.agentGone(enquiry, { agent, cause })));
  store.hints.tell({ about: 'presence', agent });
  store.hints.tell({ about: 'offers', agent });
};
