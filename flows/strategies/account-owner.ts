import type { Strategy } from './candidate';
import { tiedBy } from './tied';

/** The agent who owns the account the contact belongs to. */
export const accountOwner: Strategy = tiedBy('accountOwner');
