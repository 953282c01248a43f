import { openCollection, type CollectionPorts, type Definition, type Stored } from './database/collection';

/** A channel whose held mail is being let go; `_id` is the channel. It stands here until the last one runs. */
export interface Release extends Stored {
  by: string;
  askedAt: Date;
  /** How many run already, and how many were left when somebody last looked (null: nobody has looked yet). */
  released: number;
  left: number | null;
}

/** How the collection is made. */
export const releases: Definition<Release> = {
  name: 'releases',
  fields: { by: String, askedAt: Date, released: Number, left: Number },
};

/** Channels whose held mail is being let go; a small collection the clock looks at. */
export function createReleases(ports: CollectionPorts) {
  const collection = openCollection(releases, ports);
  return {
    get: collection.get,
    /** All of them, the first asked for first. */
    list: (): Promise<Release[]> => collection.list({}, { sort: { askedAt: 1 } }),
    /** Asks for a release; one that runs already looks through the held mail once more. */
    ask: (channel: string, by: string, now: Date): Promise<Release> =>
      collection.put('ask', channel, { $set: { by, askedAt: now, released: 0, left: null }, $setOnInsert: { v: 1 } }),
    /** Keeps how far a release has come. */
    progress: (channel: string, { released, left }: Pick<Release, 'released' | 'left'>): Promise<boolean> =>
      collection.update('progress', { _id: channel }, { $set: { released, left } }),
    /** Ends a release; one that was asked for anew since stays. */
    end: ({ _id, askedAt }: Release): Promise<number> => collection.remove('end', { _id, askedAt }),
  };
}

/** Operations on releases. */
export type Releases = ReturnType<typeof createReleases>;
