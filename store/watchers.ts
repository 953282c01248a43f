import { Nested, openCollection, type CollectionPorts, type Definition, type Stored } from './database/collection';

/** Somebody who has an enquiry before him. */
interface Watching {
  since: Date;
  /** He is gone from then on unless he says again that he is there. */
  until: Date;
  /** Until when he counts as writing; null: he reads. */
  typingUntil: Date | null;
}

/** Who has an enquiry open; `_id` is the enquiry's id. Short-lived: nothing is lost with it. */
export interface Watchers extends Stored {
  /** By user id. */
  people: Record<string, Watching>;
  /** When the last of them is gone. */
  until: Date;
}

/** Who watches, for those who ask. */
export interface Watcher {
  user: string;
  since: Date;
  typing: boolean;
}

/** How the collection is made. */
export const watchers: Definition<Watchers> = {
  name: 'watchers',
  fields: { people: Nested, until: Date },
};

/** How long one word of a console counts (ms). */
export const WATCH_MS = 30_000;
/** How long one key stroke counts (ms). */
export const TYPING_MS = 8_000;
/** So many words go by between two looks for what is over. */
const SWEEP_EVERY = 500;

/** Who views an enquiry, and who writes in it. */
export function createWatchers(ports: CollectionPorts) {
  const collection = openCollection(watchers, ports);
  let words = 0;

  const present = (found: Watchers | null, now: Date): Watcher[] =>
    Object.entries(found?.people ?? {}).flatMap(([user, { since, until, typingUntil }]) =>
      until > now ? [{ user, since, typing: typingUntil !== null && typingUntil > now }] : [],
    );

  async function sweep(now: Date): Promise<void> {
    words += 1;
    if (words % SWEEP_EVERY === 0) await collection.remove('sweep', { until: { $lt: now } });
  }

  return {
    /** Who has it open now. */
    of: async (enquiry: string, now: Date): Promise<Watcher[]> => present(await collection.get(enquiry), now),

    /** Somebody has it open, and writes or reads; who has it open now, and whether that is news to the others. */
    async watch(enquiry: string, user: string, typing: boolean, now: Date) {
      const before = present(await collection.get(enquiry), now).find((each) => each.user === user);
      const until = new Date(now.getTime() + WATCH_MS);
      const typingUntil = typing ? new Date(now.getTime() + TYPING_MS) : null;
      const his = { since: before?.since ?? now, until, typingUntil };
      const update = { $set: { [`people.${user}`]: his, until }, $setOnInsert: { v: 1 } };
      const after = await collection.put('watch', enquiry, update);
      await sweep(now);
      return { watchers: present(after, now), news: before?.typing !== typing };
    },

    /** Who has which enquiry open now, in one word each: other processes see by it that something changed. */
    async changes(now: Date): Promise<Map<string, string>> {
      const open = await collection.list({ until: { $gt: now } });
      const wordOf = ({ user, typing }: Watcher): string => (typing ? `${user}:typing` : user);
      const words = open.map((each) => [each._id, present(each, now).map(wordOf).toSorted().join(' ')] as const);
      return new Map(words.filter(([, word]) => word !== ''));
    },

    /** Somebody has left it. */
    leave: (enquiry: string, user: string): Promise<boolean> =>
      collection.update('leave', { _id: enquiry }, { $unset: { [`people.${user}`]: 1 } }),
  };
}
