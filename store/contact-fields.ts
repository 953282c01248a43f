import type { Stored } from './database/collection';
import { openKept, type KeptDefinition, type KeptPorts } from './database/kept-collection';
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
export const contactFields: KeptDefinition<ContactField> = {
  name: 'contactFields',
  fields: { title: String, kind: String, choices: [String] },
};

/** Custom fields of contacts; reads come from memory, at most a second behind other processes. */
export function createContactFields(ports: KeptPorts) {
  const { list, save, remove } = openKept(contactFields, ports);
  return { list, save, remove };
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
