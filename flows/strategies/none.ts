import type { Strategy } from './candidate';

/** Nobody is rung: the enquiry waits in the group's list until an agent takes it. */
export const none: Strategy = (candidates) => ({
  order: [],
  tieBreak: null,
  reasons: candidates.map(({ agent }) => ({ agent, eligible: false, reason: 'the group works from a list' })),
});
