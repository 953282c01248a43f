/** Who may write first from an address, and to whom: the grants of the address, and whom the contact is bound to. */
import { isThere } from '../store/agents';
import { mayWriteFirstFrom } from '../store/channel-grants';
import type { Channel } from '../store/channels';
import type { Engagement } from '../store/engagements';
import { ApiError } from './api-error';
import type { Caller } from './caller';
import type { ApiPorts } from './ports';

type StorePort = Pick<ApiPorts, 'store' | 'now'>;

/** Throws `may-not-write-first` unless the caller serves as an agent and the address allows him to. */
export async function mustBeAllowed({ store }: StorePort, channel: Channel, caller: Caller): Promise<void> {
  const agent = await store.agents.get(caller.id);
  if (agent && !agent.suspended && mayWriteFirstFrom(caller, channel)) return;
  throw new ApiError('may-not-write-first', `You may not write first from ${channel.address}; an admin can allow it.`);
}

/** The engagement with another agent who is there; null when he is away, absent or suspended, or there is none. */
export async function boundElsewhere(
  { store, now }: StorePort,
  { channel, contact, caller }: { channel: string; contact: string; caller: Caller },
): Promise<Engagement | null> {
  const engagement = await store.engagements.get(channel, contact, now());
  if (!engagement || engagement.agent === caller.id) return null;
  const agent = await store.agents.get(engagement.agent);
  return agent && isThere(agent, now()) ? engagement : null;
}
