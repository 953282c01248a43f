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

/**
 * He is gone: what rings at him goes on to the next at once. `left`: he serves nobody any more, so who waits for him alone is
 * told too. Tells everybody's screens.
 */
export const passOnOffersOf = async (
  { store, workflows }: Ports,
  agent: string,
  cause: string,
  left = false,
): Promise<void> => {
  const { offers = {}, slots = {} } = (await store.agents.get(agent)) ?? {};
  // Of what he has only that is told whose flow waits for it.
  const heeding = await store.enquiries.heeding(Object.keys(slots), 'agent-unavailable');
  const waiting = left ? (await store.lines.waiting(`agent:${agent}`)).map(({ _id }) => _id) : [];
  const enquiries = [...new Set([...Object.keys(offers), ...heeding, ...waiting])];
  const gone = { agent, cause, ...(left ? { left: true as const } : {}) };
  await Promise.all(enquiries.map((enquiry) => workflows.agentGone(enquiry, gone)));
  store.hints.tell({ about: 'presence', agent });
  store.hints.tell({ about: 'offers', agent });
};

/** Sets an agent's word and does what follows from it; `leaseMs`: he says so himself. Null when he is unknown. */
export const setPresence = async (
  ports: Ports & Pick<ApiPorts, 'now'>,
  agent: string,
  { word, cause, leaseMs }: { word: 'available' | 'busy' | 'away' | 'offline'; cause: string; leaseMs?: number },
) => {
  const set = await ports.store.agents.setPresence(agent, word, cause, ports.now(), leaseMs);
  if (!set) return null;
  ports.store.hints.tell({ about: 'presence', agent });
  if (word === 'available') await wakeLinesOf(ports, agent);
  if (word === 'away' || word === 'offline') await passOnOffersOf(ports, agent, word);
  return set;
};
