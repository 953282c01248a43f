import type { Strategy } from './candidate';
import { tiedBy } from './tied';

/** The agent who served this contact last, on whatever channel. */
export const lastAgent: Strategy = tiedBy('lastAgent');
