import type { Ports } from '../ports';
import type { Roster } from './candidates';

/** The turn of a round robin, given once for a key; 0 where nobody takes turns. */
export async function turnOf(
  { store }: Pick<Ports, 'store'>,
  strategy: string,
  { group }: Roster,
  key: string,
): Promise<number> {
  if (strategy !== 'roundRobin' || group === null) return 0;
  return ((await store.groups.nextTurn(group._id, key)) ?? 1) - 1;
}
