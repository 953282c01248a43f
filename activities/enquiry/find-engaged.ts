import type { EffectActivities } from '../effects';
import type { Ports } from '../ports';
import { isReachable } from '../routing/candidates';

/** The agent this contact is bound to on its channel, and whether he can take it now. */
export async function engagementNow(
  { store, now }: Pick<Ports, 'store' | 'now'>,
  { channelId, contact }: { channelId: string; contact: string | null },
): Promise<{ agent: string | null; available: boolean }> {
  if (contact === null) return { agent: null, available: false };
  const engagement = await store.engagements.get(channelId, contact, now());
  if (!engagement) return { agent: null, available: false };
  const agent = await store.agents.get(engagement.agent);
  const free = agent !== null && isReachable(agent, now()) && agent.load < agent.capacity;
  return { agent: engagement.agent, available: free };
}

/** Looks up the engagement; expiry is checked here, at use. */
export const findEngaged =
  (ports: Pick<Ports, 'store' | 'now'>): EffectActivities['findEngaged'] =>
  async (call) => {
    const { agent, available } = await engagementNow(ports, call);
    return { engaged: agent, available };
  };
