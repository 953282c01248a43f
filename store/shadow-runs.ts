import { Nested, openCollection, type CollectionPorts, type Definition, type Stored } from './database/collection';

/** One difference of live and shadow, in words. */
interface ShadowDifference {
  what: string;
  live: string;
  draft: string;
}

/** An enquiry that is played once more on a shadow revision; `_id` is `<enquiry>:<shadow>`. */
export interface ShadowRun extends Stored {
  enquiry: string;
  number: number;
  channel: string;
  flow: string;
  live: number;
  shadow: number;
  /** Played to its end; until then it is looked at again when the enquiry has moved. */
  finished: boolean;
  /** `seq` of the enquiry it was last played with; 0 before. */
  seq: number;
  lookAt: Date;
  openedAt: Date;
  /** Where the two part; null while nothing differs. */
  node: string | null;
  differences: ShadowDifference[];
  /** What nobody recorded and was taken for granted. */
  assumed: string[];
  /** Why it could not be played, as a sentence. */
  problem: string | null;
}

/** How the collection is made. */
export const shadowRuns: Definition<ShadowRun> = {
  name: 'shadowRuns',
  fields: {
    enquiry: String,
    number: Number,
    channel: String,
    flow: String,
    live: Number,
    shadow: Number,
    finished: Boolean,
    seq: Number,
    lookAt: Date,
    openedAt: Date,
    node: String,
    differences: [Nested],
    assumed: [String],
    problem: String,
  },
  indexes: [{ fields: { finished: 1, lookAt: 1 } }],
};

/** Enquiries that are played on a shadow revision, beside the live one. */
export function createShadowRuns(ports: CollectionPorts) {
  const collection = openCollection(shadowRuns, ports);
  return {
    /** Notes that an enquiry is to be played; may run again. */
    add: (run: Pick<ShadowRun, 'enquiry' | 'number' | 'channel' | 'flow' | 'live' | 'shadow' | 'openedAt'>) =>
      collection.insert('add', {
        ...run,
        _id: `${run.enquiry}:${run.shadow}`,
        finished: false,
        seq: 0,
        lookAt: run.openedAt,
        node: null,
        differences: [],
        assumed: [],
        problem: null,
        v: 1,
      }),
    /** Those that are to be looked at, longest first. */
    due: (now: Date, limit: number): Promise<ShadowRun[]> =>
      collection.list({ finished: false, lookAt: { $lte: now } }, { sort: { lookAt: 1 }, limit }),
    /** Keeps what came of a look. */
    looked: (id: string, found: Partial<Omit<ShadowRun, '_id' | 'v'>>): Promise<boolean> =>
      collection.update('looked', { _id: id }, { $set: found }),
    /** Forgets those played to their end whose enquiry was opened before; how many there were. */
    forget: (before: Date): Promise<number> =>
      collection.remove('forget', { finished: true, openedAt: { $lt: before } }),
    /** Runs of a channel on a shadow, newest first. */
    of: (channel: string, shadow: number, limit = 1000): Promise<ShadowRun[]> =>
      collection.list({ channel, shadow }, { sort: { openedAt: -1 }, limit }),
  };
}

/** Operations on shadow runs. */
export type ShadowRuns = ReturnType<typeof createShadowRuns>;
