import type { Store } from '../store';

/** Reads a mail that came in, from memory where it came a moment ago. */
export type ReadInbound = Store['messages']['getInbound'];
