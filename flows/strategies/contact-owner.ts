import type { Strategy } from './candidate';
import { tiedBy } from './tied';

/** The agent who owns the contact. */
export const contactOwner: Strategy = tiedBy('contactOwner');
