import {
  AS_GROUP,
  givesOffline,
  inTurn,
  lacking,
  type Candidate,
  type ChoiceFacts,
  type Target,
  type Value,
} from '../../flows';
import type { Agent } from '../../store/agents';
import type { Group } from '../../store/groups';
import type { Ports } from '../ports';
import { dayOf } from './day-of';
import { tiesOf } from './ties';
import { isAbsent } from './absence';

/** The agents behind a target, with their documents, and what the group itself says of ringing; null when group or agent is unknown. */
export interface Roster {
  agents: readonly Agent[];
  group: Pick<Group, '_id' | 'strategy' | 'ringTimeoutMs' | 'offlineAgents'> | null;
}

/** What an agent is wanted for. */
export interface Wanted extends ChoiceFacts {
  enquiryId: string;
  contact: string | null;
  strategy: string | string[];
  asked: readonly string[];
  missedBy: readonly string[];
}

/** Reads who could be asked. The group comes from memory, the agents by one read of their ids. */
export async function rosterOf({ store }: Pick<Ports, 'store'>, target: Target): Promise<Roster | null> {
  if ('agent' in target) {
    const agent = await store.agents.get(target.agent);
    return agent && { agents: [agent], group: null };
  }
  const group = await store.groups.get(target.group);
  if (!group) return null;
  const agents = group.agents.length > 0 ? await store.agents.lookAt(group.agents) : [];
  return { agents, group };
}

/** Turns documents into the facts strategies choose by; what only some strategies look at is read for those alone. */
export async function candidatesOf(
  ports: Pick<Ports, 'store'>,
  roster: Roster,
  wanted: Wanted,
  now: Date,
): Promise<{ candidates: Candidate[]; sticky: boolean }> {
  const { ties, general } = inTurn(strategyOf(wanted.strategy, roster));
  const tied = await tiesOf(ports, { ...wanted, ties }, now);
  const day = general === 'fewestToday' ? dayOf(now, wanted.timezone) : null;
  const guest = tied.guestOf(roster.agents);
  const guests = guest === null ? [] : [await ports.store.agents.get(guest)].filter((agent) => agent !== null);
  const mode = wanted.offlineAgents ?? roster.group?.offlineAgents ?? 'skip';
  const given = givesOffline(mode, general, () => roster.agents.some((agent) => isReachable(agent, now)));
  const factsOf = (agent: Agent, position: number): Candidate => ({
    agent: agent._id,
    presence: agent.suspended ? 'suspended' : isAbsent(agent, now) ? 'absent' : agent.presence.word,
    available: isReachable(agent, now),
    assignable: given && !agent.suspended && !isAbsent(agent, now) && !isReachable(agent, now),
    load: agent.load,
    capacity: agent.capacity,
    asked: wanted.asked.includes(agent._id),
    missed: wanted.missedBy.indexOf(agent._id),
    position,
    receivedToday: day === null ? 0 : receivedOn(agent, day),
    idleMs: idleMs(agent, now),
    ties: tied.of(agent._id),
    guest: position < 0,
    ...lacking(agent.skills ?? {}, wanted.skills ?? []),
  });
  return {
    candidates: [...roster.agents.map(factsOf), ...guests.map((agent) => factsOf(agent, -1))],
    sticky: tied.sticky,
  };
}

/** What rings at him is his already, so that a burst of mail does not go to one agent alone. */
function receivedOn({ received, offers }: Agent, day: string): number {
  return (received[day] ?? 0) + Object.values(offers).filter(({ broadcast }) => !broadcast).length;
}

function idleMs({ freedAt, slots }: Agent, now: Date): number | null {
  const times = Object.values(slots).map(({ since }) => since.getTime());
  if (freedAt) times.push(freedAt.getTime());
  return times.length === 0 ? null : Math.max(0, now.getTime() - Math.max(...times));
}

/** Available by his own word, connected, and not suspended. */
export function isReachable(agent: Agent, now: Date): boolean {
  return isThere(agent, now) && agent.presence.word === 'available';
}

/** Connected and at work, be it with something else: a contact who is bound to him waits for a while. */
export function isThere(agent: Agent, now: Date): boolean {
  const { word, leaseUntil } = agent.presence;
  if (agent.suspended || isAbsent(agent, now)) return false;
  return (word === 'available' || word === 'busy') && leaseUntil !== null && leaseUntil > now;
}

/** The group's own strategy where the flow names none; `leastLoaded` for one agent. */
export function strategyOf(named: string | string[], { group }: Roster): string | string[] {
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
