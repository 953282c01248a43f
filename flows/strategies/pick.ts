import type { StrategyName } from '../flow';
import type { Candidate, Choice, Reasoned, Tie } from './candidate';
import { strategies } from './index';
import { sayTie, tiedBy } from './tied';

/** Strategies that ask one agent at most: the one whom something ties to the contact. */
const TIES: readonly StrategyName[] = ['contactOwner', 'accountOwner', 'lastAgent'] satisfies readonly Tie[];

/** What picks where only ties are named and none of those agents can be asked. */
const OTHERWISE: StrategyName = 'leastLoaded';

/** What strategies in a row made of the candidates. */
export interface Picked extends Choice {
  /** The one that picked; `sticky`: the agent who served the contact last goes before all of them. */
  strategy: StrategyName | 'sticky';
  /** The one that picks among all: it says whether anybody rings, and who comes next. */
  general: StrategyName;
}

/** The strategies that are asked one after the other: ties as named, then the first that picks among all. */
export function inTurn(named: string | readonly string[]): { ties: Tie[]; general: StrategyName } {
  const names = (typeof named === 'string' ? [named] : named).filter(isStrategy);
  const general = names.find((name) => !isTie(name)) ?? OTHERWISE;
  const before = names.slice(0, names.includes(general) ? names.indexOf(general) : names.length);
  return { ties: before.filter(isTie), general };
}

/**
 * Picks as a ring names it: each strategy is asked where the one before finds nobody. `sticky`: the agent who served the
 * contact last is asked before all. The order goes on with everybody else, for when the first is gone at that moment.
 */
export function pick(
  named: string | readonly string[],
  candidates: readonly Candidate[],
  turn: number,
  sticky = false,
): Picked {
  const { ties, general } = inTurn(named);
  const members = candidates.filter(({ guest }) => !guest);
  const among = strategies[general](members, turn);
  const first: { tie: Tie; strategy: Picked['strategy']; of: readonly Candidate[] }[] = [
    ...(sticky ? [{ tie: 'lastAgent' as const, strategy: 'sticky' as const, of: candidates }] : []),
    ...ties.map((tie) => ({ tie, strategy: tie, of: members })),
  ];
  // Whom an earlier tie names, and why he was not asked: that is said of him, whatever picks after it.
  const passed = new Map<string, Reasoned>();
  const guests = (): Reasoned[] => candidates.flatMap(({ agent, guest }) => (guest && passed.get(agent)) || []);
  for (const { tie, strategy, of } of first) {
    const choice = tiedBy(tie)(of, turn);
    if (choice.order.length === 0) {
      const tied = choice.reasons.filter((_, index) => of[index]?.ties.includes(tie));
      for (const each of tied) if (!passed.has(each.agent)) passed.set(each.agent, each);
      continue;
    }
    const rest = among.order.filter((agent) => !choice.order.includes(agent));
    const reasons = [...choice.reasons.map((each) => passed.get(each.agent) ?? each), ...guests()];
    return { ...choice, reasons, order: [...choice.order, ...rest], strategy, general };
  }
  const said = sayTie(
    among,
    members,
    first.map(({ tie }) => tie),
  );
  return { ...said, reasons: [...said.reasons, ...guests()], strategy: general, general };
}

function isStrategy(name: string): name is StrategyName {
  return Object.hasOwn(strategies, name);
}

function isTie(name: StrategyName): name is Tie {
  return TIES.includes(name);
}
