import type { Agent } from '../agents';
import type { Query } from '../database/collection';
import { absenceNow } from './absences';

/** Connected and at work, be it with something else; as routing asks of a bound agent (`activities/routing/candidates.ts`). */
export function isThere(agent: Agent, now: Date): boolean {
  const { word, leaseUntil } = agent.presence;
  if (agent.suspended || absenceNow(agent, now)) return false;
  return (word === 'available' || word === 'busy') && leaseUntil !== null && leaseUntil > now;
}

/** Whether he takes offers now: he is there and his word is `available`. */
export function isAvailable(agent: Agent, now: Date): boolean {
  return agent.presence.word === 'available' && isThere(agent, now);
}

/** Fits agents that take offers now. */
export const available = (now: Date): Query => ({
  suspended: false,
  'presence.word': 'available',
  'presence.leaseUntil': { $gt: now },
  absences: { $not: { $elemMatch: { from: { $lte: now }, to: { $gt: now } } } },
});
