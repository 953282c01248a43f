import type { Ports } from '../ports';
import type { Roster } from './candidates';

/** The turn of a round robin, given once for a key; 0 where there is no group to take turns. */
export async function turnOf({ store }: Pick<Ports, 'store'>, { group }: Roster, key: string): Promise<number> {
  return group === null ? 0 : ((await store.groups.nextTurn(group._id, key)) ?? 1) - 1;
}
