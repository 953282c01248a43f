import type { Ports } from '../ports';

/** Sets those offline whose lease is over; what rings at them goes on to the next agent at once. How many. */
export async function endLeases({ store, workflows, now }: Ports): Promise<number> {
  const ended = await store.agents.endedLeases(now());
  for (const agent of ended) {
    store.hints.tell({ about: 'presence', agent: agent._id });
    const rings = Object.values(agent.offers).map((offer) => offer.enquiry);
    // Of what he has only that is told whose flow waits for it.
    const heeding = await store.enquiries.heeding(Object.keys(agent.slots), 'agent-unavailable');
    for (const enquiry of new Set([...rings, ...heeding])) {
      await workflows.agentGone(enquiry, { agent: agent._id, cause: 'lease-ended' });
    }
  }
  return ended.length;
}
