import {
  Nested,
  openCollection,
  type CollectionPorts,
  type Definition,
  type Query,
  type Stored,
} from './database/collection';

/** One change of a setting by a person; `_id` is the act's idempotency key. No secrets in `before` and `after`. */
export interface AuditEntry extends Stored {
  who: string;
  when: Date;
  ip: string | null;
  /** `channel.change`, `user.create`, … */
  what: string;
  /** Id of what was changed. */
  about: string;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
}

/** Narrows a list; all given must fit. */
interface AuditSearch {
  about?: string;
  who?: string;
  what?: string;
  since?: Date;
  limit?: number;
  skip?: number;
}

/** How the collection is made. */
export const audit: Definition<AuditEntry> = {
  name: 'audit',
  fields: { who: String, when: Date, ip: String, what: String, about: String, before: Nested, after: Nested },
  indexes: [{ fields: { when: -1 } }, { fields: { about: 1, when: -1 } }],
};

/** Who changed what, when and from where. */
export function createAudit(ports: CollectionPorts) {
  const collection = openCollection(audit, ports);
  return {
    /** Keeps an entry once. */
    add: (entry: AuditEntry): Promise<boolean> => collection.insert('add', entry),
    /** Newest first; scans on the embedded database. */
    list(search: AuditSearch): Promise<AuditEntry[]> {
      const { since, limit = 200, skip = 0, ...same } = search;
      const filter: Query = { ...same, ...(since ? { when: { $gte: since } } : {}) };
      return collection.list(filter, { sort: { when: -1 }, limit, skip });
    },
  };
}

/** Operations on the audit log. */
export type Audit = ReturnType<typeof createAudit>;
