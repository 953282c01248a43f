import type { NoticeSort } from '../flows/state';
import { Nested, openCollection, type CollectionPorts, type Definition, type Stored } from './database/collection';

/** Something a colleague was told. */
export interface Notice {
  /** Of what told it, so that it is told once. */
  id: string;
  at: Date;
  sort: NoticeSort;
  /** For people; may name the contact. */
  text: string;
  enquiry: string | null;
  channel: string | null;
  /** Null: not read by itself (see `readUpTo`). */
  readAt: Date | null;
}

/** The notices of one person, newest last; `_id` is the user's id. */
export interface NoticeList extends Stored {
  notices: Notice[];
  /** Everything up to then is read; null: nothing was. */
  readUpTo: Date | null;
  /** When anything was last told or read: other processes see by it that something changed. */
  changedAt: Date;
}

/** How the collection is made. */
export const noticeLists: Definition<NoticeList> = {
  name: 'notices',
  fields: { notices: [Nested], readUpTo: Date, changedAt: Date },
};

/** So many are kept of each person, and so long (30 d in ms). */
const MOST_KEPT = 200;
const KEPT_MS = 30 * 86_400_000;

/** Notices for colleagues: one document a person, so that his list is one read by id. */
export function createNotices(ports: CollectionPorts) {
  const collection = openCollection(noticeLists, ports);
  return {
    /** Tells these people, each once however often it is told; who had not been told before. */
    async tell(users: readonly string[], notice: Omit<Notice, 'readAt'>): Promise<string[]> {
      const added = await Promise.all(
        [...new Set(users)].map(async (_id) => {
          const fresh = { _id, 'notices.id': { $ne: notice.id } };
          const told = {
            $push: { notices: { $each: [{ ...notice, readAt: null }], $slice: -MOST_KEPT } },
            $set: { changedAt: notice.at },
            $setOnInsert: { readUpTo: null, v: 1 },
          };
          while (!(await collection.upsert('tell', fresh, told)).fits) {
            // Told before; or somebody else made the list at the same time.
            const list = await collection.get(_id);
            if (list?.notices.some(({ id }) => id === notice.id)) return [];
          }
          return [_id];
        }),
      );
      return added.flat();
    },

    /** What a person was told in the last 30 days, newest first. */
    async of(user: string, now: Date): Promise<{ notices: Notice[]; unread: number }> {
      const list = await collection.get(user);
      const oldest = now.getTime() - KEPT_MS;
      const notices = (list?.notices ?? [])
        .filter(({ at }) => at.getTime() > oldest)
        .map((each) => ({ ...each, readAt: readAtOf(each, list?.readUpTo ?? null) }))
        .toReversed();
      return { notices, unread: notices.filter(({ readAt }) => readAt === null).length };
    },

    /** Marks one as read; false when there is none of that id. */
    read: (user: string, id: string, now: Date): Promise<boolean> =>
      collection.update('read', { _id: user, 'notices.id': id }, { $set: { 'notices.$.readAt': now, changedAt: now } }),

    /** Marks all as read that were told until now. */
    async readAll(user: string, now: Date): Promise<void> {
      await collection.update('readAll', { _id: user }, { $set: { readUpTo: now, changedAt: now } });
    },

    /** When each list last changed, by user. */
    async changes(): Promise<Map<string, number>> {
      const lists = await collection.list({}, { fields: { changedAt: 1 } });
      return new Map(lists.map(({ _id, changedAt }) => [_id, changedAt.getTime()]));
    },
  };
}

/** Operations on notices. */
export type Notices = ReturnType<typeof createNotices>;

function readAtOf({ at, readAt }: Notice, readUpTo: Date | null): Date | null {
  return readAt ?? (readUpTo !== null && at <= readUpTo ? readUpTo : null);
}
