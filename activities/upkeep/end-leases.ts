import type { Ports } from '../ports';

/** Sets those offline whose lease is over; what rings at them goes on to the next agent at once. How many. */
export async function endLeases({ store, workflows, now }: Ports): Promise<number> {
  const ended = await store.agents.endedLeases(now());
  for (const agent of ended) {
    store.hints.tell({ about: 'presence', agent: agent._id });
    for (const offer of Object.values(agent.offers)) {
      await workflows.agentGone(offer.enquiry, { agent: agent._id, cause: 'lease-ended' });
    }
  }
  return ended.length;
}
