import { openCollection, type CollectionPorts, type Definition, type Stored } from './database/collection';
import type { KeptInMemory } from './database/kept-in-memory';
import type { CustomValue } from './contacts';

/** Kinds of custom fields. */
export const fieldKinds = ['text', 'number', 'date', 'choice'] as const;

/** A field that an admin gave all contacts; `_id` is a slug. */
export interface ContactField extends Stored {
  title: string;
  kind: (typeof fieldKinds)[number];
  /** Of a choice; else empty. */
  choices: string[];
}

/** How the collection is made. */
export const contactFields: Definition<ContactField> = {
  name: 'contactFields',
  fields: { title: String, kind: String, choices: [String] },
};

/** Custom fields of contacts; reads come from memory, at most a second behind other processes. */
export function createContactFields(ports: CollectionPorts & { keep: KeptInMemory }) {
  const collection = openCollection(contactFields, ports);
  const kept = ports.keep.all('contactFields', () => collection.list({}, { sort: { _id: 1 } }));
  return {
    /** All fields by id. */
    list: async (): Promise<ContactField[]> => [...(await kept.byId()).values()],
    /** Makes a field or changes it. */
    async save(id: string, field: Omit<ContactField, '_id' | 'v'>): Promise<ContactField> {
      const saved = await collection.put('save', id, { $set: field, $setOnInsert: { v: 1 } });
      await kept.changed();
      return saved;
    },
    /** Removes a field; what contacts hold of it is shown no more. False when there was none. */
    async remove(id: string): Promise<boolean> {
      const removed = await collection.remove('remove', { _id: id });
      await kept.changed();
      return removed > 0;
    },
  };
}

/** What is wrong with a value of a field, as the end of a sentence; null when it fits. */
export function valueProblem({ kind, choices }: ContactField, value: CustomValue): string | null {
  if (kind === 'number') return typeof value === 'number' ? null : 'must be a number';
  if (typeof value !== 'string') return 'must be a text';
  if (kind === 'date') return isDay(value) ? null : 'must be a date such as 2026-03-02';
  if (kind === 'choice') return choices.includes(value) ? null : `must be one of ${choices.join(', ')}`;
  return value.length <= 1000 ? null : 'may have 1000 characters';
}

const isDay = (value: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(value) &&
  !Number.isNaN(Date.parse(value)) &&
  new Date(value).toISOString().startsWith(value);

/** Operations on custom fields. */
export type ContactFieldsStore = ReturnType<typeof createContactFields>;
