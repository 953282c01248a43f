import type { EffectActivities } from '../effects';
import type { Ports } from '../ports';
import { isReachable } from '../routing/candidates';

/** The agent this enquiry's contact is bound to on its channel, and whether he can take it now. */
export async function engagementNow(
  { store, now }: Pick<Ports, 'store' | 'now'>,
  enquiryId: string,
): Promise<{ agent: string | null; available: boolean }> {
  const enquiry = await store.enquiries.open.get(enquiryId);
  if (!enquiry?.contact) return { agent: null, available: false };
  const engagement = await store.engagements.get(enquiry.channel, enquiry.contact, now());
  if (!engagement) return { agent: null, available: false };
  const agent = await store.agents.get(engagement.agent);
  const free = agent !== null && isReachable(agent, now()) && agent.load < agent.capacity;
  return { agent: engagement.agent, available: free };
}

/** Looks up the engagement; expiry is checked here, at use. */
export const findEngaged =
  (ports: Pick<Ports, 'store' | 'now'>): EffectActivities['findEngaged'] =>
  async ({ enquiryId }) => {
    const { agent, available } = await engagementNow(ports, enquiryId);
    return { engaged: agent, available };
  };
