import type { Answer } from '../state';
import type { Candidate } from './candidate';

/**
 * Why no agent could be reserved, from the facts the choice was made with. `busyWaits`: an agent who is busy counts as
 * full, because the contact who is bound to him waits for him.
 */
export function whyNobody(
  candidates: readonly Candidate[],
  busyWaits = false,
): Extract<Answer, { nobody: string }>['nobody'] {
  const left = candidates.filter((each) => !each.asked && (each.lacks === null || each.lacksForNow));
  if (left.some((each) => each.available || each.assignable || (busyWaits && each.presence === 'busy'))) return 'full';
  return candidates.some((each) => each.asked) ? 'asked' : 'offline';
}
