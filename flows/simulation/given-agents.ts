import { durationMs } from '../duration';
import type { StrategyName } from '../flow';
import { AS_GROUP, type Effect } from '../state';
import type { Candidate, Reasoned } from '../strategies';
import { givesOffline } from '../strategies/gives-offline';
import { lacking } from '../strategies/lacking';
import { inTurn, pick, type Picked } from '../strategies/pick';
import { whyNobody } from '../strategies/why-nobody';

/** An agent as a test gives him; what is left out is as of one who is there and free. */
export interface GivenAgent {
  /** Groups he is of; of every group when absent. */
  groups?: string[];
  presence?: (typeof GIVEN_PRESENCES)[number];
  load?: number;
  capacity?: number;
  /** Level from 1 to 5 by skill. */
  skills?: Record<string, number>;
  receivedToday?: number;
  /** How long ago he last received or ended work, such as "10m"; never when absent. */
  idle?: string;
  /** What ties him to the contact. */
  owner?: 'contact' | 'account';
  servedLast?: boolean;
}

/** Words for where an agent is. */
export const GIVEN_PRESENCES = [
  'available',
  'busy',
  'away',
  'offline',
  'notResponding',
  'suspended',
  'absent',
] as const;

/** A choice that a simulation made, with the reason of everybody who was looked at. */
export interface SimulatedChoice {
  at: number;
  node: string;
  strategy: Picked['strategy'];
  tieBreak: string | null;
  chosen: string[];
  reasons: Reasoned[];
}

type Asked = Extract<Effect, { do: 'reserveAgent' | 'offerToAll' }>;

/** Chooses among given agents as the line and the ring of an installation do: by the same strategies, with their reasons. */
export function chooseGiven(
  agents: Readonly<Record<string, GivenAgent>>,
  effect: Asked,
  turn: number,
): { picked: Picked; nobody: ReturnType<typeof whyNobody> } {
  const direct = effect.do === 'reserveAgent' ? effect : null;
  // What a group names itself stands in no test: the strategy of new groups holds.
  const named = direct === null ? 'ringAll' : direct.strategy === AS_GROUP ? 'leastLoaded' : direct.strategy;
  const candidates = candidatesOf(agents, effect, inTurn(named).general);
  const sticky = direct?.sticky !== undefined && candidates.some(({ ties }) => ties.includes('lastAgent'));
  return { picked: pick(named, candidates, turn, sticky), nobody: whyNobody(candidates, direct?.bound) };
}

function candidatesOf(agents: Readonly<Record<string, GivenAgent>>, effect: Asked, general: StrategyName): Candidate[] {
  const { target } = effect;
  const direct = effect.do === 'reserveAgent' ? effect : null;
  const isMember = ([id, { groups }]: [string, GivenAgent]): boolean =>
    'agent' in target ? id === target.agent : (groups?.includes(target.group) ?? true);
  const members = Object.entries(agents).filter(isMember);
  const guests = Object.entries(agents).filter(
    (each) => direct?.sticky !== undefined && each[1].servedLast === true && !isMember(each),
  );
  const isThere = ({ presence = 'available' }: GivenAgent): boolean => presence === 'available';
  const mode = direct?.offlineAgents ?? 'skip';
  const given = givesOffline(mode, general, () => members.some(([, each]) => isThere(each)));
  const factsOf = ([agent, each]: [string, GivenAgent], position: number): Candidate => {
    const { presence = 'available', load = 0, capacity = 5, receivedToday = 0, skills = {}, idle } = each;
    const shut = presence === 'suspended' || presence === 'absent';
    return {
      agent,
      presence,
      available: isThere(each),
      assignable: given && !shut && !isThere(each),
      load,
      capacity,
      asked: effect.asked.includes(agent),
      missed: effect.missedBy.indexOf(agent),
      position,
      receivedToday,
      idleMs: idle === undefined ? null : durationMs(idle),
      ties: [
        ...(each.owner === 'contact' ? (['contactOwner'] as const) : []),
        ...(each.owner === 'account' ? (['accountOwner'] as const) : []),
        ...(each.servedLast ? (['lastAgent'] as const) : []),
      ],
      guest: position < 0,
      ...lacking(skills, direct?.skills ?? []),
    };
  };
  return [...members.map(factsOf), ...guests.map((each) => factsOf(each, -1))];
}

/** The choice in a sentence. */
export function tellChoice({ strategy, tieBreak, chosen, reasons }: SimulatedChoice): string {
  const words = (all: readonly Reasoned[]): string => all.map(({ agent, reason }) => `${agent} (${reason})`).join(', ');
  const others = reasons.filter(({ agent }) => !chosen.includes(agent));
  const first = chosen.length > 0 ? words(reasons.filter(({ agent }) => chosen.includes(agent))) : 'nobody';
  const not = others.length > 0 ? `; not ${words(others)}` : '';
  const tie = tieBreak === null ? '' : ` Between equals decided ${tieBreak}.`;
  return `Chosen by ${strategy}: ${first}${not}.${tie}`;
}
