import { Nested, openCollection, type CollectionPorts, type Definition, type Stored } from './database/collection';

/** Something to be counted once; `_id` names it (`<enquiry>:<seq>:accepted`). */
export interface Uncounted extends Stored {
  /** Day page it goes to, YYYY-MM-DD. */
  day: string;
  /** Names in [A-Za-z0-9_-], e.g. `accepted` or `accepted-by-ann`. */
  figures: string[];
  batch: number | null;
  at: Date;
}

/** Figures of one day; `_id` is the day. */
export interface DayPage extends Stored {
  figures: Record<string, number>;
  /** The last 100 batches that were added. */
  batches: number[];
}

/** How the small collection of what is not counted yet is made. */
export const uncounted: Definition<Uncounted> = {
  name: 'uncounted',
  fields: { day: String, figures: [String], batch: Number, at: Date },
};

/** How the collection of day pages is made. */
export const dayPages: Definition<DayPage> = { name: 'dayPages', fields: { figures: Nested, batches: [Nested] } };

/**
 * Figures that do not drift when a step repeats: steps insert keys, the clock turns them into numbered batches and adds
 * each batch to a day page once. Keys stay for `rememberMs` after they came, so that a repeat finds its own.
 */
export function createFigures(ports: CollectionPorts & { nextBatch: () => Promise<number>; rememberMs?: number }) {
  const keys = openCollection(uncounted, ports);
  const pages = openCollection(dayPages, ports);

  async function addBatch(batch: number, members: Uncounted[]): Promise<void> {
    const days = grouped(members, (one) => one.day);
    for (const [day, ofDay] of days) {
      const sums: Record<string, number> = {};
      for (const name of ofDay.flatMap((one) => one.figures)) {
        sums[`figures.${name}`] = (sums[`figures.${name}`] ?? 0) + 1;
      }
      const add = { $inc: sums, $push: { batches: { $each: [batch], $slice: -100 } }, $setOnInsert: { v: 1 } };
      // No fit: the page has this batch already.
      await pages.upsert('add', { _id: day, batches: { $ne: batch } }, add);
    }
  }

  return {
    /** Notes something to be counted, once per key. */
    async note(key: string, day: string, figures: string[], now: Date): Promise<boolean> {
      const odd = figures.find((name) => !/^[\w-]+$/.test(name));
      if (odd !== undefined) throw new TypeError(`${odd} cannot be the name of a figure`);
      return keys.insert('note', { _id: key, day, figures, batch: null, at: now, v: 1 });
    },

    /** Counts what was noted; how many keys. Called by the clock, one at a time. */
    async drain(now: Date, limit = 2_000): Promise<number> {
      const fresh = await keys.list({ batch: null }, { limit });
      if (fresh.length > 0) {
        const batch = await ports.nextBatch();
        await keys.updateAll('batch', { _id: { $in: fresh.map((one) => one._id) }, batch: null }, { $set: { batch } });
      }
      const batched = await keys.list({ batch: { $ne: null } });
      for (const [batch, members] of grouped(batched, (one) => one.batch)) {
        if (batch !== null) await addBatch(batch, members);
      }
      const old = new Date(now.getTime() - (ports.rememberMs ?? 120_000));
      await keys.remove('forget', { batch: { $ne: null }, at: { $lt: old } });
      return fresh.length;
    },

    /** Day pages that exist, in the order asked. */
    pages: (days: readonly string[]): Promise<DayPage[]> => pages.getMany(days),
  };
}

/** Operations on figures. */
export type Figures = ReturnType<typeof createFigures>;

function grouped<K>(all: Uncounted[], by: (one: Uncounted) => K): Map<K, Uncounted[]> {
  const groups = new Map<K, Uncounted[]>();
  for (const one of all) groups.set(by(one), [...(groups.get(by(one)) ?? []), one]);
  return groups;
}
