import { openCollection, type CollectionPorts, type Definition, type Stored } from './database/collection';

/** What a person decided of all held mail of a channel; `_id` is the channel. It stands here until the last one is done. */
export interface HeldAct extends Stored {
  what: 'release' | 'discard';
  by: string;
  /** Mail queued later is not meant. */
  askedAt: Date;
}

/** How the collection is made. */
export const heldActs: Definition<HeldAct> = {
  name: 'heldActs',
  fields: { what: String, by: String, askedAt: Date },
};

/** Channels whose held outgoing mail is let go or thrown away; a small collection the clock looks at. */
export function createHeldActs(ports: CollectionPorts) {
  const collection = openCollection(heldActs, ports);
  return {
    get: collection.get,
    /** All of them, the first asked for first. */
    list: (): Promise<HeldAct[]> => collection.list({}, { sort: { askedAt: 1 } }),
    /** Asks for it; the last word on a channel counts. */
    ask: (channel: string, { what, by, askedAt }: Pick<HeldAct, 'what' | 'by' | 'askedAt'>): Promise<HeldAct> =>
      collection.put('ask', channel, { $set: { what, by, askedAt }, $setOnInsert: { v: 1 } }),
    /** Ends it; one that was asked for anew since stays. */
    end: ({ _id, askedAt }: HeldAct): Promise<number> => collection.remove('end', { _id, askedAt }),
  };
}

/** Operations on what is to become of held mail. */
export type HeldActs = ReturnType<typeof createHeldActs>;
