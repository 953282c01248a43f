import type { EffectActivities } from '../effects';
import type { Ports } from '../ports';
import type { Target } from '../../flows';
import { isThere } from '../routing/candidates';
import { coverOf } from '../routing/absence';

/** The agent this contact is bound to on its channel, and whether he is there: available, or busy and worth a wait. */
export async function engagementNow(
  { store, now }: Pick<Ports, 'store' | 'now'>,
  { channelId, contact }: { channelId: string; contact: string | null },
): Promise<{ agent: string | null; available: boolean; waits: boolean; cover?: Target }> {
  const engagement = contact === null ? null : await store.engagements.get(channelId, contact, now());
  if (!engagement) return { agent: null, available: false, waits: false };
  const agent = await store.agents.get(engagement.agent);
  const available = agent !== null && isThere(agent, now());
  const cover = agent && coverOf(agent, now());
  // Nobody waits for who serves nobody any more.
  const waits = engagement.whenUnavailable === 'wait' && agent !== null && !agent.suspended;
  return { agent: engagement.agent, available, waits, ...(cover ? { cover } : {}) };
}

/** Looks up the engagement, which lasts from now on because the contact wrote; expiry is checked here, at use. */
export const findEngaged =
  (ports: Pick<Ports, 'store' | 'now'>): EffectActivities['findEngaged'] =>
  async (call) => {
    const { agent, ...found } = await engagementNow(ports, call);
    const { channelId, contact } = call;
    if (agent !== null && contact !== null) await ports.store.engagements.touch(channelId, contact, ports.now());
    return { engaged: agent, gone: !found.available, ...found };
  };
