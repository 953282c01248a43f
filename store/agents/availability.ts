import type { Agent } from '../agents';
import type { Query } from '../database/collection';

/** Whether he takes offers now: his word is `available` and his lease runs. */
export function isAvailable(agent: Agent, now: Date): boolean {
  const { word, leaseUntil } = agent.presence;
  return !agent.suspended && word === 'available' && leaseUntil !== null && leaseUntil.getTime() > now.getTime();
}

/** Fits agents that take offers now. */
export const available = (now: Date): Query => ({
  suspended: false,
  'presence.word': 'available',
  'presence.leaseUntil': { $gt: now },
});
