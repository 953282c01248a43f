import type { PresenceChange } from './agents';
import { Nested, openCollection, type CollectionPorts, type Definition, type Stored } from './database/collection';

/** What changed an agent's presence on one day (UTC); `_id` is `<agent>|<YYYY-MM-DD>`. */
export interface PresenceDay extends Stored {
  changes: PresenceChange[];
}

/** How the collection is made. */
export const presenceDays: Definition<PresenceDay> = { name: 'presenceDays', fields: { changes: [Nested] } };

const DAY_MS = 86_400_000;
const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

/** Who was available when, and who or what changed it: a page a day, so that it is read by ids. */
export function createPresenceHistory(ports: CollectionPorts) {
  const collection = openCollection(presenceDays, ports);
  return {
    /** Keeps changes, each once however often it is told. */
    async keep(agent: string, changes: readonly PresenceChange[]): Promise<void> {
      for (const change of changes) {
        const _id = `${agent}|${dayOf(change.at)}`;
        const fresh = { _id, 'changes.id': { $ne: change.id } };
        const kept = { $push: { changes: change }, $setOnInsert: { v: 1 } };
        while (!(await collection.upsert('keep', fresh, kept)).fits) {
          const page = await collection.get(_id);
          if (page?.changes.some(({ id }) => id === change.id)) break;
        }
      }
    },

    /** The changes between two moments, newest first. */
    async between(agent: string, from: Date, to: Date): Promise<PresenceChange[]> {
      const days: string[] = [];
      for (let at = from.getTime(); dayOf(new Date(at)) <= dayOf(to); at += DAY_MS) days.push(dayOf(new Date(at)));
      const pages = await collection.getMany(days.map((day) => `${agent}|${day}`));
      return pages
        .flatMap(({ changes }) => changes)
        .filter(({ at }) => at >= from && at <= to)
        .toSorted((a, b) => b.at.getTime() - a.at.getTime());
    },
  };
}

/** Operations on the history of presence. */
export type PresenceHistory = ReturnType<typeof createPresenceHistory>;
