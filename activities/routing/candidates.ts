import { AS_GROUP, type Candidate, type Target, type Value } from '../../flows';
import type { Agent } from '../../store/agents';
import type { Group } from '../../store/groups';
import type { Ports } from '../ports';

/** The agents behind a target, with their documents, and what the group itself says of ringing; null when group or agent is unknown. */
export interface Roster {
  agents: Agent[];
  group: Pick<Group, '_id' | 'strategy' | 'ringTimeoutMs'> | null;
}

/** Reads who could be asked. The group comes from memory, the agents by one read of their ids. */
export async function rosterOf({ store }: Pick<Ports, 'store'>, target: Target): Promise<Roster | null> {
  if ('agent' in target) {
    const agent = await store.agents.get(target.agent);
    return agent && { agents: [agent], group: null };
  }
  const group = await store.groups.get(target.group);
  if (!group) return null;
  const agents = group.agents.length > 0 ? await store.agents.getMany(group.agents) : [];
  return { agents, group };
}

/** Turns documents into the facts strategies choose by. */
export function candidatesOf(
  roster: Roster,
  asked: readonly string[],
  missedBy: readonly string[],
  now: Date,
): Candidate[] {
  return roster.agents.map((agent, position) => ({
    agent: agent._id,
    presence: agent.suspended ? 'suspended' : agent.presence.word,
    available: isReachable(agent, now),
    load: agent.load,
    capacity: agent.capacity,
    asked: asked.includes(agent._id),
    missed: missedBy.indexOf(agent._id),
    position,
  }));
}

/** Available by his own word, connected, and not suspended. */
export function isReachable(agent: Agent, now: Date): boolean {
  return isThere(agent, now) && agent.presence.word === 'available';
}

/** Connected and at work, be it with something else: a contact who is bound to him waits for a while. */
export function isThere({ presence: { word, leaseUntil }, suspended }: Agent, now: Date): boolean {
  return !suspended && (word === 'available' || word === 'busy') && leaseUntil !== null && leaseUntil > now;
}

/** The group's own strategy where the flow names none; `leastLoaded` for one agent. */
export function strategyOf(named: string, { group }: Roster): string {
  return named === AS_GROUP ? (group?.strategy ?? 'leastLoaded') : named;
}

/** When an offer of now ends: by the group's own time to accept, where it has one and the flow names none. */
export function endOfOffer(
  { groupTime, until }: { groupTime?: true; until: number },
  { group }: Roster,
  now: Date,
): number {
  return groupTime && group?.ringTimeoutMs ? now.getTime() + group.ringTimeoutMs : until;
}

/** Facts `group.*` of a group: how many are available, how many wait in its line. */
export async function groupFacts(ports: Pick<Ports, 'store' | 'now'>, group: string): Promise<Record<string, Value>> {
  const [roster, waiting] = await Promise.all([rosterOf(ports, { group }), ports.store.lines.length(`group:${group}`)]);
  const now = ports.now();
  return {
    'group.available': roster?.agents.filter((agent) => isReachable(agent, now)).length ?? 0,
    'group.waiting': waiting,
  };
}
