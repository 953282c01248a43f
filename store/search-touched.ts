import { openCollection, type CollectionPorts, type Definition, type Stored } from './database/collection';

/** A contact that somebody changed, by its id, or `erased:` and the id of what was erased: search has to look again. */
export interface SearchTouched extends Stored {
  at: Date;
}

/** How the collection is made. */
export const searchTouched: Definition<SearchTouched> = { name: 'searchTouched', fields: { at: Date } };

/** Id of the wish to make the index anew. */
const REBUILD = '!rebuild';
const ERASED = 'erased:';
const KEPT_MS = 7 * 86_400_000;

/** What search does not learn from enquiries; every process that keeps an index reads it. */
export function createSearchTouched(ports: CollectionPorts) {
  const collection = openCollection(searchTouched, ports);
  const note = async (ids: readonly string[], at: Date): Promise<void> => {
    await Promise.all(ids.map((id) => collection.put('note', id, { $set: { at, v: 1 } })));
  };
  return {
    /** Notes that a contact is about to change. */
    note,
    /** Asks for the index to be made anew. */
    askRebuild: (at: Date): Promise<void> => note([REBUILD], at),
    /** Notes what is about to be erased: no word of it may stay in the index. */
    noteErased: (ids: readonly string[], at: Date): Promise<void> =>
      note(
        ids.map((id) => ERASED + id),
        at,
      ),
    /** What was touched and erased since, and whether the index is to be made anew. */
    async since(since: Date): Promise<{ contacts: string[]; erased: string[]; rebuildAsked: Date | null }> {
      const found = await collection.list({ at: { $gte: since } });
      const rebuild = found.find(({ _id }) => _id === REBUILD);
      const ids = found.map(({ _id }) => _id).filter((id) => id !== REBUILD);
      const erased = ids.filter((id) => id.startsWith(ERASED)).map((id) => id.slice(ERASED.length));
      return { contacts: ids.filter((id) => !id.startsWith(ERASED)), erased, rebuildAsked: rebuild?.at ?? null };
    },
    /** Forgets what every process has long seen. */
    forget: (now: Date): Promise<number> =>
      collection.remove('forget', { at: { $lt: new Date(now.getTime() - KEPT_MS) } }),
  };
}

/** Operations on what search has to look at again. */
export type SearchTouchedStore = ReturnType<typeof createSearchTouched>;
