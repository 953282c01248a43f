import type { Candidate, Target, Value } from '../../flows';
import type { Agent } from '../../store/agents';
import type { Ports } from '../ports';

/** The agents behind a target, with their documents and the group's turn; null when group or agent is unknown. */
export interface Roster {
  agents: Agent[];
  turn: number;
  group: string | null;
}

/** Reads who could be asked. The group comes from memory, the agents by one read of their ids. */
export async function rosterOf({ store }: Pick<Ports, 'store'>, target: Target): Promise<Roster | null> {
  if ('agent' in target) {
    const agent = await store.agents.get(target.agent);
    return agent && { agents: [agent], turn: 0, group: null };
  }
  const group = await store.groups.get(target.group);
  if (!group) return null;
  const agents = group.agents.length > 0 ? await store.agents.getMany(group.agents) : [];
  return { agents, turn: group.turn, group: group._id };
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
  const { word, leaseUntil } = agent.presence;
  return !agent.suspended && word === 'available' && leaseUntil !== null && leaseUntil > now;
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
