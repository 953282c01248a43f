import { Nested, openCollection, type CollectionPorts, type Definition, type Stored } from './database/collection';
import type { ToldEvent } from './event-webhooks';

/** An event that a webhook has not been told yet; `_id` is `<webhook>|<event>`. What was told is gone. */
export interface EventDue extends Stored {
  webhook: string;
  event: ToldEvent;
  at: Date;
  dueAt: Date;
  attempt: number;
  /** Why the last attempt told nobody; null before the first. */
  problem: string | null;
  /** When it was given up; null while it is tried. */
  givenUpAt: Date | null;
}

/** How the collection is made. */
export const eventsDue: Definition<EventDue> = {
  name: 'eventsDue',
  fields: {
    webhook: String,
    event: Nested,
    at: Date,
    dueAt: Date,
    attempt: Number,
    problem: String,
    givenUpAt: Date,
  },
};

/** Events that are still to be told (a small collection). */
export function createEventsDue(ports: CollectionPorts) {
  const collection = openCollection(eventsDue, ports);
  const idOf = (webhook: string, event: string): string => `${webhook}|${event}`;
  return {
    /** Queues an event for a webhook, once however often it is queued while it waits. */
    queue: (webhook: string, event: ToldEvent, now: Date): Promise<boolean> =>
      collection.insert('queue', {
        _id: idOf(webhook, event.id),
        webhook,
        event,
        at: now,
        dueAt: now,
        attempt: 0,
        problem: null,
        givenUpAt: null,
        v: 1,
      }),

    /** What a webhook is to be told now, oldest first. */
    due: (webhook: string, now: Date, limit: number): Promise<EventDue[]> =>
      collection.list({ webhook, givenUpAt: null, dueAt: { $lte: now } }, { sort: { dueAt: 1, at: 1 }, limit }),

    /** It was told. */
    told: async (id: string): Promise<void> => void (await collection.remove('told', { _id: id })),

    /** An attempt told nobody: tried again at `dueAt`, or given up (null). */
    failed: (id: string, problem: string, dueAt: Date | null, now: Date): Promise<boolean> =>
      collection.update(
        'failed',
        { _id: id },
        { $set: { problem, ...(dueAt ? { dueAt } : { givenUpAt: now }) }, $inc: { attempt: 1 } },
      ),

    /** Tries everything now that waits for its next attempt; how many. */
    allDue: (webhook: string, now: Date): Promise<number> =>
      collection.updateAll('allDue', { webhook, givenUpAt: null, dueAt: { $gt: now } }, { $set: { dueAt: now } }),

    /** What waits, or was given up, newest first; for lists of people. */
    list: (webhook: string, givenUp: boolean, limit: number): Promise<EventDue[]> =>
      collection.list({ webhook, givenUpAt: givenUp ? { $ne: null } : null }, { sort: { at: -1 }, limit }),

    /** How many wait, and how many were given up. */
    async counts(webhook: string): Promise<{ waiting: number; givenUp: number }> {
      const [waiting, givenUp] = await Promise.all([
        collection.count({ webhook, givenUpAt: null }),
        collection.count({ webhook, givenUpAt: { $ne: null } }),
      ]);
      return { waiting, givenUp };
    },

    /** Tries everything again that was given up; how many. */
    again: (webhook: string, now: Date): Promise<number> =>
      collection.updateAll(
        'again',
        { webhook, givenUpAt: { $ne: null } },
        { $set: { givenUpAt: null, dueAt: now, at: now, attempt: 0 } },
      ),

    /** Forgets what was queued for a webhook that is no more. */
    forget: (webhook: string): Promise<number> => collection.remove('forget', { webhook }),

    /** Forgets what was given up before this moment; how many. */
    forgetGivenUp: (before: Date): Promise<number> =>
      collection.remove('forgetGivenUp', { givenUpAt: { $lt: before } }),
  };
}

/** Operations on events that are still to be told. */
export type EventsDue = ReturnType<typeof createEventsDue>;
