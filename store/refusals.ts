import { openCollection, type CollectionPorts, type Definition, type Stored } from './database/collection';

/** Mails refused before their content was sent, counted; `_id` is `<day>|<reason>|<source>`. */
export interface Refusal extends Stored {
  day: string;
  reason: string;
  /** IPv4 address of the relay, or the /64 network of its IPv6 address. */
  source: string;
  count: number;
  lastAt: Date;
}

/** How the collection is made. */
export const refusals: Definition<Refusal> = {
  name: 'refusals',
  fields: { day: String, reason: String, source: String, count: Number, lastAt: Date },
};

/** Refusals before DATA, per day, reason and source. */
export function createRefusals(ports: CollectionPorts) {
  const collection = openCollection(refusals, ports);
  return {
    /** Counts one. */
    async add(refusal: { day: string; reason: string; source: string; now: Date }): Promise<void> {
      const { day, reason, source, now } = refusal;
      const onInsert = { day, reason, source, v: 1 };
      const update = { $inc: { count: 1 }, $max: { lastAt: now }, $setOnInsert: onInsert };
      await collection.put('add', `${day}|${reason}|${source}`, update);
    },
    /** Refusals of a day, most first; scans. */
    ofDay: (day: string): Promise<Refusal[]> => collection.list({ day }, { sort: { count: -1 }, limit: 1_000 }),
  };
}

/** Operations on refusals. */
export type Refusals = ReturnType<typeof createRefusals>;
