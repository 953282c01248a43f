import type { Stored } from './database/collection';
import { openKept, type KeptDefinition, type KeptPorts } from './database/kept-collection';

/** A mail to be filled in; `_id` is its slug. */
export interface Template extends Stored {
  title: string;
  subject: string;
  /** Preview text shown by mail programs beside the subject. */
  preview: string;
  html: string;
  text: string;
  /** Ships with Ringpost; may be changed, not removed. */
  builtIn: boolean;
}

/** How the collection is made. */
export const templates: KeptDefinition<Template> = {
  name: 'templates',
  fields: { title: String, subject: String, preview: String, html: String, text: String, builtIn: Boolean },
};

/** Templates; reads come from memory, at most a second behind other processes. */
export function createTemplates(ports: KeptPorts) {
  const { collection, changed, get, list } = openKept(templates, ports);
  return {
    get,
    list,
    /** Makes or changes a template. */
    async save(id: string, content: Omit<Template, '_id' | 'builtIn' | 'v'>): Promise<Template> {
      const onInsert = { builtIn: false, v: 1 };
      const saved = await collection.put('save', id, { $set: content, $setOnInsert: onInsert });
      await changed();
      return saved;
    },
    /** Makes the templates that ship with Ringpost where they are missing. */
    async ensureBuiltIn(shipped: Omit<Template, 'builtIn' | 'v'>[]): Promise<void> {
      const made = await Promise.all(
        shipped.map((one) => collection.insert('ensureBuiltIn', { ...one, builtIn: true, v: 1 })),
      );
      if (made.includes(true)) await changed();
    },
    /** Removes a template that is not built in. */
    async remove(id: string): Promise<boolean> {
      const removed = await collection.remove('remove', { _id: id, builtIn: false });
      await changed();
      return removed > 0;
    },
  };
}

/** Operations on templates. */
export type Templates = ReturnType<typeof createTemplates>;
