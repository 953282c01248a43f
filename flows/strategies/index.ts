import type { StrategyName } from '../flow';
import { accountOwner } from './account-owner';
import type { Strategy } from './candidate';
import { contactOwner } from './contact-owner';
import { fewestToday } from './fewest-today';
import { fixedOrder } from './fixed-order';
import { lastAgent } from './last-agent';
import { leastLoaded } from './least-loaded';
import { longestIdle } from './longest-idle';
import { none } from './none';
import { ringAll } from './ring-all';
import { roundRobin } from './round-robin';

export type { Candidate, Choice, Reasoned, Strategy, Tie } from './candidate';

/** Every strategy by its name in the flow; a gap does not compile. */
export const strategies: Readonly<Record<StrategyName, Strategy>> = {
  leastLoaded,
  roundRobin,
  fewestToday,
  longestIdle,
  fixedOrder,
  ringAll,
  none,
  contactOwner,
  accountOwner,
  lastAgent,
};
