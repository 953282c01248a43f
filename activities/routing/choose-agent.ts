import { pick, type Candidate, type Picked } from '../../flows';
import type { Ports } from '../ports';
import { candidatesOf, strategyOf, type Roster, type Wanted } from './candidates';
import { turnOf } from './turn';

/** A choice with what it was made from. */
export interface Chosen {
  picked: Picked;
  turn: number;
  candidates: Candidate[];
}

/** Chooses as the ring, or its group, names it; a turn is given, once for a key, only where it is a turn that decides. */
export async function chooseAgent(
  ports: Pick<Ports, 'store' | 'now'>,
  roster: Roster,
  wanted: Wanted,
  key: string,
): Promise<Chosen> {
  const named = strategyOf(wanted.strategy, roster);
  const { candidates, sticky } = await candidatesOf(ports, roster, wanted, ports.now());
  const picked = pick(named, candidates, 0, sticky);
  if (picked.strategy !== 'roundRobin') return { picked, turn: 0, candidates };
  const turn = await turnOf(ports, roster, key);
  return { picked: pick(named, candidates, turn, sticky), turn, candidates };
}
