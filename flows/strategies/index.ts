import type { StrategyName } from '../flow';
import type { Strategy } from './candidate';
import { leastLoaded } from './least-loaded';
import { none } from './none';
import { ringAll } from './ring-all';
import { roundRobin } from './round-robin';

export type { Candidate, Choice, Reasoned, Strategy } from './candidate';

/** Every strategy by its name in the flow; a gap does not compile. */
export const strategies: Readonly<Record<StrategyName, Strategy>> = { leastLoaded, roundRobin, ringAll, none };
