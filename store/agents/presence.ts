import type { Agent, PresenceWord } from '../agents';
import type { Collection } from '../database/collection';

/** An agent's word, and the lease his heartbeats keep. */
export function presence(collection: Collection<Agent>) {
  return {
    /** Sets the word; `leaseMs` starts a lease. `available` forgets the misses. Null when unknown. */
    setPresence(id: string, word: PresenceWord, cause: string, now: Date, leaseMs?: number): Promise<Agent | null> {
      const lease = leaseMs === undefined ? {} : { 'presence.leaseUntil': new Date(now.getTime() + leaseMs) };
      const forget = word === 'available' ? { missesInRow: 0 } : {};
      const presence = { 'presence.word': word, 'presence.cause': cause, 'presence.since': now };
      return collection.change('setPresence', { _id: id }, { $set: { ...presence, ...lease, ...forget } });
    },

    /** Prolongs the lease; says what the store holds of him, so that his screen can follow. Null when unknown. */
    heartbeat(id: string, leaseMs: number, now: Date): Promise<Agent | null> {
      const leaseUntil = new Date(now.getTime() + leaseMs);
      return collection.change('heartbeat', { _id: id }, { $max: { 'presence.leaseUntil': leaseUntil } });
    },

    /** Sets those offline whose lease is over, once each; they come with their pending offers. */
    async endedLeases(now: Date): Promise<Agent[]> {
      const over = { 'presence.word': { $in: ['available', 'busy', 'away'] }, 'presence.leaseUntil': { $lte: now } };
      const found = await collection.list(over);
      const offline = { 'presence.word': 'offline', 'presence.cause': 'lease-ended', 'presence.since': now };
      const ended = await Promise.all(
        found.map((agent) => collection.change('endedLeases', { _id: agent._id, ...over }, { $set: offline })),
      );
      return ended.filter((agent) => agent !== null);
    },
  };
}
