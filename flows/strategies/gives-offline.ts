import type { OfflineAgents, StrategyName } from '../flow';

/**
 * Whether agents who are not available are given enquiries now, without ringing; who rings at all, or works from a list,
 * gives none. `general` is the strategy that picks among all, `anybodyThere` tells whether anybody of the group is available.
 */
export function givesOffline(mode: OfflineAgents, general: StrategyName, anybodyThere: () => boolean): boolean {
  if (mode === 'skip' || general === 'ringAll' || general === 'none') return false;
  return mode === 'alike' || !anybodyThere();
}
