import { openCollection, type CollectionPorts, type Definition, type Stored } from './database/collection';
import type { KeptInMemory } from './database/kept-in-memory';

/** A sender refused; `_id` is `<list>|<address or @domain>`. The list of a channel bears the channel's id. */
export interface BlocklistEntry extends Stored {
  list: string;
  /** `name@example.org` or `@example.org`, lower case. */
  sender: string;
  reason: string;
  by: string;
  at: Date;
  hits: number;
}

/** How the collection is made. */
export const blocklist: Definition<BlocklistEntry> = {
  name: 'blocklist',
  fields: { list: String, sender: String, reason: String, by: String, at: Date, hits: Number },
  indexes: [{ fields: { list: 1, sender: 1 } }],
};

/** Ids of more entries than these are not kept in memory: then each sender is looked for. */
const mostInMemory = 20_000;

/** Senders refused, in lists. Who is on none is known from memory, at most a second behind other processes. */
export function createBlocklist(ports: CollectionPorts & { keep: KeptInMemory }) {
  const collection = openCollection(blocklist, ports);
  const kept = ports.keep.all('blocklist', () => collection.list({}, { limit: mostInMemory + 1, fields: { _id: 1 } }));
  const idOf = (list: string, sender: string): string => `${list}|${sender.trim().toLowerCase()}`;

  async function notRuledOut(ids: string[]): Promise<string[]> {
    const known = await kept.byId();
    return known.size > mostInMemory ? ids : ids.filter((id) => known.has(id));
  }

  return {
    /** The entry that refuses this sender, by address first, then by domain; null when none does. */
    async match(lists: readonly string[], address: string): Promise<BlocklistEntry | null> {
      const lower = address.trim().toLowerCase();
      const senders = [lower, lower.slice(lower.lastIndexOf('@'))];
      const ids = await notRuledOut(senders.flatMap((sender) => lists.map((list) => idOf(list, sender))));
      return ids.length > 0 ? ((await collection.getMany(ids))[0] ?? null) : null;
    },
    /** Counts that an entry refused somebody; a figure for people, not exact over crashes. */
    countHit: (id: string): Promise<boolean> => collection.update('countHit', { _id: id }, { $inc: { hits: 1 } }),
    /** Adds entries; the ids of those that were new. */
    async add(entries: Omit<BlocklistEntry, '_id' | 'hits' | 'v'>[]): Promise<string[]> {
      const documents = entries.map((entry) => {
        const sender = entry.sender.trim().toLowerCase();
        return { ...entry, _id: idOf(entry.list, sender), sender, hits: 0, v: 1 };
      });
      const made = await Promise.all(documents.map((document) => collection.insert('add', document)));
      await kept.changed();
      return documents.filter((_, index) => made[index]).map((document) => document._id);
    },
    /** One entry, or null. */
    get: (list: string, sender: string): Promise<BlocklistEntry | null> => collection.get(idOf(list, sender)),
    /**
     * Gives an entry another sender or reason; `taken` when the list has that sender already, null when it is gone. The
     * new sender is refused before the old one is not, so a crash in between leaves both.
     */
    async edit(
      before: BlocklistEntry,
      { sender: given, reason }: Pick<BlocklistEntry, 'sender' | 'reason'>,
    ): Promise<BlocklistEntry | 'taken' | null> {
      const sender = given.trim().toLowerCase();
      const _id = idOf(before.list, sender);
      if (_id === before._id) return collection.change('edit', { _id }, { $set: { reason } });
      const after = { ...before, _id, sender, reason };
      if (!(await collection.insert('edit', after))) return 'taken';
      // Said before the old one goes, too: a death in between must not leave the new one unknown.
      await kept.changed();
      await collection.remove('edit', { _id: before._id });
      await kept.changed();
      return after;
    },
    /** Removes entries; how many there were. */
    async remove(ids: readonly string[]): Promise<number> {
      const removed = await collection.remove('remove', { _id: { $in: ids } });
      await kept.changed();
      return removed;
    },
    /** Lists that have entries, by name, with how many; scans. */
    async lists(): Promise<{ list: string; entries: number }[]> {
      const totals = await collection.totals({}, 'list', { entries: 1 });
      return totals
        .map(({ _id, entries }) => ({ list: String(_id), entries: Number(entries) }))
        .toSorted((a, b) => (a.list < b.list ? -1 : 1));
    },
    /** Entries of a list by sender. */
    list: (list: string, limit = 1_000, skip = 0): Promise<BlocklistEntry[]> =>
      collection.list({ list }, { sort: { sender: 1 }, limit, skip }),
  };
}

/** Operations on blocklists. */
export type Blocklist = ReturnType<typeof createBlocklist>;
