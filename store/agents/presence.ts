import { randomUUID } from 'node:crypto';
import type { Agent, PresenceChange, PresenceWord } from '../agents';
import type { Collection, Query } from '../database/collection';

/** What is written beside a change of presence, so that the change and its cause are one write. */
export function changed(word: PresenceChange['word'], cause: string, at: Date): { presenceChanges: PresenceChange } {
  return { presenceChanges: { id: randomUUID(), at, word, cause } };
}

/** Changes every agent who fits, one by one, so that each still fits then; those who were changed. */
export async function changeEach(
  collection: Collection<Agent>,
  operation: string,
  fits: Query,
  change: Query,
): Promise<Agent[]> {
  const found = await collection.list(fits, { fields: { _id: 1 } });
  const changedNow = await Promise.all(found.map(({ _id }) => collection.change(operation, { _id, ...fits }, change)));
  return changedNow.filter((agent) => agent !== null);
}

/** An agent's word, and the lease his heartbeats keep. Every change goes to the history with its cause (`changesToTell`). */
export function presence(collection: Collection<Agent>) {
  const setting = (word: PresenceWord, cause: string, now: Date, also: Query = {}): Query => ({
    $set: { 'presence.word': word, 'presence.cause': cause, 'presence.since': now, ...also },
    $push: changed(word, cause, now),
  });

  return {
    /**
     * Sets the word; `leaseMs` (he says so himself) starts a lease. `available` forgets the misses. The same word by the
     * same cause is no change. Null when unknown.
     */
    async setPresence(
      id: string,
      word: PresenceWord,
      cause: string,
      now: Date,
      leaseMs?: number,
    ): Promise<Agent | null> {
      const leaseUntil = new Date(now.getTime() + (leaseMs ?? 0));
      const lease =
        leaseMs === undefined ? {} : { 'presence.leaseUntil': leaseUntil, 'presence.activeUntil': leaseUntil };
      const also = { ...lease, ...(word === 'available' ? { missesInRow: 0 } : {}) };
      const other = { _id: id, $or: [{ 'presence.word': { $ne: word } }, { 'presence.cause': { $ne: cause } }] };
      const done = await collection.change('setPresence', other, setting(word, cause, now, also));
      return done ?? collection.change('setPresence', { _id: id }, { $set: { 'presence.word': word, ...also } });
    },

    /** Prolongs the lease, and notes that he is at work if he is; says what the store holds of him. Null when unknown. */
    heartbeat(id: string, leaseMs: number, now: Date, active = true): Promise<Agent | null> {
      const leaseUntil = new Date(now.getTime() + leaseMs);
      const seen = { 'presence.leaseUntil': leaseUntil, ...(active ? { 'presence.activeUntil': leaseUntil } : {}) };
      return collection.change('heartbeat', { _id: id }, { $max: seen });
    },

    /** Sets those offline whose lease is over, once each; they come with their pending offers. */
    endedLeases(now: Date): Promise<Agent[]> {
      const over = { 'presence.word': { $in: ['available', 'busy', 'away'] }, 'presence.leaseUntil': { $lte: now } };
      return changeEach(collection, 'endedLeases', over, setting('offline', 'lease-ended', now));
    },

    /** Sets those away whose last sign of work, and the lease after it, lies before then, once each. */
    idleSince(then: Date, now: Date): Promise<Agent[]> {
      const idle = { 'presence.word': { $in: ['available', 'busy'] }, 'presence.activeUntil': { $lte: then } };
      return changeEach(collection, 'idleSince', idle, setting('away', 'idle', now));
    },

    /** Offline since before then and still holding enquiries that await them, unless they ended their shift in order. */
    offlineSince(then: Date): Promise<Agent[]> {
      return collection.list({
        'presence.word': 'offline',
        'presence.since': { $lte: then },
        'presence.cause': { $ne: 'shift-ended' },
        load: { $gt: 0 },
      });
    },
  };
}

/** Suspension, and the way of changes into the history. */
export function presenceChanges(collection: Collection<Agent>) {
  return {
    /** Suspends or readmits; his slots and offers stay until they are moved. Null when unknown. */
    setSuspended: (id: string, suspended: boolean, by: string, now: Date): Promise<Agent | null> =>
      collection.change(
        'setSuspended',
        { _id: id },
        { $set: { suspended }, $push: changed(suspended ? 'suspended' : 'readmitted', by, now) },
      ),

    /** He serves nobody any more and is kept for his name. False when unknown. */
    remove: (id: string, by: string, now: Date): Promise<boolean> =>
      collection.update(
        'remove',
        { _id: id },
        { $set: { suspended: true, removed: true, absences: [] }, $push: changed('suspended', by, now) },
      ),

    /** Agents with changes that do not stand in the history yet. */
    changesToTell: (): Promise<Agent[]> => collection.list({ 'presenceChanges.0': { $exists: true } }),

    /** They stand in the history. */
    changesTold: (id: string, changes: readonly PresenceChange[]): Promise<boolean> =>
      collection.update(
        'changesTold',
        { _id: id },
        { $pull: { presenceChanges: { id: { $in: changes.map((change) => change.id) } } } },
      ),
  };
}
