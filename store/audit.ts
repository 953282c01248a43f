import {
  Nested,
  openCollection,
  type CollectionPorts,
  type Definition,
  type Query,
  type Stored,
} from './database/collection';

import type { Job } from './jobs';
import type { OutboxEntry } from './outbox';

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
    /** Keeps who asked for an act on many enquiries, once for each job. */
    async addBulk({ _id, about: act, asked, by, startedAt }: Job): Promise<void> {
      const { ip = null, input = {} } = asked ?? {};
      const after = { act, count: Array.isArray(asked?.['ids']) ? asked['ids'].length : 0, input };
      const from = typeof ip === 'string' ? ip : null;
      const said = { what: 'enquiry.bulk', about: _id, before: null, after };
      await collection.insert('add', { _id: `bulk ${_id}`, who: by, when: startedAt, ip: from, ...said, v: 1 });
    },
    /** Keeps who let a planned mail leave at another moment, once for each time. */
    async addMove({ _id: about, moved }: Pick<OutboxEntry, '_id' | 'moved'>): Promise<void> {
      if (!moved) return;
      const { id, by: who, at: when, ip, what, from, to } = moved;
      const moments = { before: { sendAfter: from }, after: { sendAfter: to } };
      await collection.insert('add', { _id: id, who, when, ip, what, about, ...moments, v: 1 });
    },
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
