import { Nested, openCollection, type CollectionPorts, type Definition, type Stored } from './database/collection';
import type { ErasedCounts } from './erasing';

/** That a person was erased: who did it, when and why; nothing in it is personal. `_id` is the contact's id. */
export interface Erasure extends Stored {
  /** Every id the contact had. */
  ids: string[];
  /** His addresses, sealed, until it is done: a run that was cut off needs them. */
  sealed: string | null;
  by: string;
  reason: string;
  at: Date;
  doneAt: Date | null;
  counts: ErasedCounts | null;
}

/** How the collection is made. */
export const erasures: Definition<Erasure> = {
  name: 'erasures',
  fields: { ids: [String], sealed: String, by: String, reason: String, at: Date, doneAt: Date, counts: Nested },
};

/** The record of people who were erased. */
export function createErasures(ports: CollectionPorts) {
  const collection = openCollection(erasures, ports);
  return {
    get: collection.get,
    /** Notes that it begins, also for somebody who came back and is erased once more. */
    begin: (erasure: Omit<Erasure, 'doneAt' | 'counts' | 'v'>): Promise<Erasure> => {
      const { _id, ...begun } = erasure;
      return collection.put('begin', _id, { $set: { ...begun, doneAt: null, counts: null, v: 1 } });
    },
    /** Notes that it is done; the addresses go. */
    done: (id: string, counts: ErasedCounts, now: Date): Promise<boolean> =>
      collection.update('done', { _id: id }, { $set: { sealed: null, doneAt: now, counts } }),
    /** Those that are not done. */
    unfinished: (): Promise<Erasure[]> => collection.list({ doneAt: null }),
    /** All, newest first. */
    list: (limit = 200): Promise<Erasure[]> => collection.list({}, { sort: { at: -1 }, limit }),
  };
}

/** Operations on erasures. */
export type Erasures = ReturnType<typeof createErasures>;
