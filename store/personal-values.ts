import type { TraceEntry } from '../flows/state';
import { Nested, openCollection, type CollectionPorts, type Definition, type Stored } from './database/collection';
import { EffectDiffers } from './errors';

/** What one step of an enquiry put into personal variables; history has only their names. `_id` is `<enquiry>:<seq>`. */
export interface PersonalValues extends Stored {
  enquiry: string;
  /** Digest of which variables the step writes, and where. */
  digest: string;
  /** By the names of the variables. */
  values: Record<string, string | number | boolean>;
  at: Date;
}

/** How the collection is made. */
export const personalValues: Definition<PersonalValues> = {
  name: 'personalValues',
  fields: { enquiry: String, digest: String, values: Nested, at: Date },
  indexes: [{ fields: { enquiry: 1 } }],
};

/** Values of personal variables, each step's written once. */
export function createPersonalValues(ports: CollectionPorts) {
  const collection = openCollection(personalValues, ports);
  return {
    /** Keeps what a step wrote; a repeat changes nothing. `EffectDiffers` when the step wrote other variables before. */
    async once(written: PersonalValues): Promise<void> {
      if (await collection.insert('once', written)) return;
      const stands = await collection.get(written._id);
      if (stands && stands.digest !== written.digest) throw new EffectDiffers(written._id);
    },
    /** The values that steps of an enquiry wrote, by the step's number and the variable's name; those erased are not there. */
    async of(enquiry: string, seqs: Iterable<number>): Promise<Map<number, PersonalValues['values']>> {
      const ids = [...new Set(seqs)].map((seq) => `${enquiry}:${seq}`);
      const found = ids.length > 0 ? await collection.getMany(ids) : [];
      return new Map(found.map(({ _id, values }) => [Number(_id.slice(enquiry.length + 1)), values]));
    },
  };
}

/** The steps of a story that put values into personal variables. */
export function stepsThatKept(story: readonly TraceEntry[]): number[] {
  const kept = story.flatMap(({ detail }) => (typeof detail?.['kept'] === 'object' ? [detail['kept'] ?? {}] : []));
  return kept.flatMap((each) => Object.values(each)).filter((seq): seq is number => typeof seq === 'number');
}

/** Operations on values of personal variables. */
export type PersonalValuesStore = ReturnType<typeof createPersonalValues>;
