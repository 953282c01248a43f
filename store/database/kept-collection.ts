import { openCollection, type CollectionPorts, type Definition, type Stored } from './collection';
import type { KeptInMemory, KeptName } from './kept-in-memory';

/** A small and steady collection, as its file describes it. */
export interface KeptDefinition<D extends Stored> extends Definition<D> {
  name: KeptName;
}

/** What a collection that is kept in memory is opened with. */
export interface KeptPorts extends CollectionPorts {
  keep: KeptInMemory;
}

/**
 * What the stores of all small collections are made of: reads come from memory, at most a second behind other processes.
 * Whoever writes by `collection` himself calls `changed` afterwards.
 */
export function openKept<D extends Stored>(
  definition: KeptDefinition<D>,
  ports: KeptPorts,
  sort: Record<string, 1 | -1> = { _id: 1 },
) {
  const collection = openCollection(definition, ports);
  const { byId, changed } = ports.keep.all(definition.name, () => collection.list({}, { sort }));
  return {
    collection,
    changed,
    /** One document, or null. */
    get: async (id: string): Promise<D | null> => (await byId()).get(id) ?? null,
    /** All documents, sorted. */
    list: async (): Promise<D[]> => [...(await byId()).values()],
    /** Makes a document; false when the id is taken. */
    async create(document: D): Promise<boolean> {
      const made = await collection.insert('create', document);
      await changed();
      return made;
    },
    /** Makes a document or changes it. */
    async save(id: string, settings: Omit<D, '_id' | 'v'>): Promise<D> {
      const saved = await collection.put('save', id, { $set: settings, $setOnInsert: { v: 1 } });
      await changed();
      return saved;
    },
    /** Changes some settings; null when unknown. */
    async change(id: string, changes: Partial<Omit<D, '_id' | 'v'>>): Promise<D | null> {
      const now = await collection.change('change', { _id: id }, { $set: changes });
      await changed();
      return now;
    },
    /** Removes a document; false when there was none. */
    async remove(id: string): Promise<boolean> {
      const removed = await collection.remove('remove', { _id: id });
      await changed();
      return removed > 0;
    },
  };
}
