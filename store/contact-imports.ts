import { openCollection, type CollectionPorts, type Definition, type Stored } from './database/collection';

/** A list of contacts somebody uploaded and has not saved yet. */
export interface ContactImport extends Stored {
  name: string;
  csv: string;
  by: string;
  at: Date;
}

/** How the collection is made. */
export const contactImports: Definition<ContactImport> = {
  name: 'contactImports',
  fields: { name: String, csv: String, by: String, at: Date },
};

/** What was uploaded and waits to be saved; it goes when it is, or after a day. */
export function createContactImports(ports: CollectionPorts) {
  const collection = openCollection(contactImports, ports);
  return {
    get: collection.get,
    /** Whether an upload is still there, without reading it. */
    exists: async (id: string): Promise<boolean> => (await collection.count({ _id: id })) > 0,
    /** Keeps an upload, and forgets those older than a day. */
    async keep(upload: Omit<ContactImport, 'v'>): Promise<void> {
      await collection.remove('forget', { at: { $lt: new Date(upload.at.getTime() - 86_400_000) } });
      await collection.insert('keep', { ...upload, v: 1 });
    },
    /** Forgets an upload; false when there was none. */
    remove: async (id: string): Promise<boolean> => (await collection.remove('remove', { _id: id })) > 0,
  };
}

/** Operations on uploaded lists of contacts. */
export type ContactImports = ReturnType<typeof createContactImports>;
