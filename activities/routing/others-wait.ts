import type { Candidate, Picked, Target } from '../../flows';
import type { Ports } from '../ports';
import { lineKey } from './line-key';

/**
 * Whether others have waited in this line before: then a newcomer enters it too, so that the order is kept by the one who
 * matches. A line forms when nobody has a free slot; while there are more free slots than agents nobody can be waiting for
 * one, and the question is spared.
 */
export async function othersWait(
  { store }: Pick<Ports, 'store'>,
  target: Target,
  candidates: readonly Candidate[],
): Promise<boolean> {
  const there = candidates.filter((each) => each.available);
  const free = there.reduce((sum, each) => sum + Math.max(0, each.capacity - each.load), 0);
  if (free === 0 || free > there.length) return false;
  return (await store.lines.length(lineKey(target))) > 0;
}

/** The choice of a newcomer to a line: nobody, and why. */
export const behindOthers = (picked: Picked, candidates: readonly Candidate[]): Picked => ({
  ...picked,
  order: [],
  tieBreak: null,
  reasons: candidates.map(({ agent }) => ({ agent, eligible: false, reason: 'others have waited longer' })),
});
