import { openCollection, type CollectionPorts, type Definition, type Stored } from './database/collection';

/** A contact bound to an agent on a channel; `_id` is `<channel>|<contact>`. `expiresAt` is checked at use. */
export interface Engagement extends Stored {
  channel: string;
  contact: string;
  agent: string;
  since: Date;
  /** Last message either way. */
  lastAt: Date;
  expiresMs: number;
  expiresAt: Date;
  whenUnavailable: string;
  /** Enquiry that bound them. */
  enquiry: string;
  /** Group that serves when the agent is not there; null: the enquiry was at none. */
  group: string | null;
}

/** How the collection is made. */
export const engagements: Definition<Engagement> = {
  name: 'engagements',
  fields: {
    channel: String,
    contact: String,
    agent: String,
    since: Date,
    lastAt: Date,
    expiresMs: Number,
    expiresAt: Date,
    whenUnavailable: String,
    enquiry: String,
    group: String,
  },
  indexes: [{ fields: { agent: 1 } }],
};

/** Asks to bind a contact to an agent. */
export type Binding = Pick<Engagement, 'channel' | 'contact' | 'agent' | 'expiresMs' | 'whenUnavailable' | 'enquiry'> &
  Partial<Pick<Engagement, 'group'>> & { now: Date };

/** Who is bound to whom, and until when. */
export function createEngagements(ports: CollectionPorts) {
  const collection = openCollection(engagements, ports);
  const idOf = (channel: string, contact: string): string => `${channel}|${contact}`;
  return {
    /** The engagement that holds now, or null. */
    async get(channel: string, contact: string, now: Date): Promise<Engagement | null> {
      const found = await collection.get(idOf(channel, contact));
      return found && found.expiresAt > now ? found : null;
    },

    /** Binds the contact unless an engagement with another agent holds; the one that holds. */
    async bind({ now, group = null, ...binding }: Binding): Promise<Engagement> {
      const _id = idOf(binding.channel, binding.contact);
      const bound = {
        ...binding,
        group,
        since: now,
        lastAt: now,
        expiresAt: new Date(now.getTime() + binding.expiresMs),
        v: 1,
      };
      const made = await collection.upsert('bind', { _id, expiresAt: { $lte: now } }, { $set: bound });
      if (made.document) return made.document;
      // It holds already. Of the same agent it lasts from now on, and who bound them first, and when, stays.
      const { since: _since, enquiry: _enquiry, ...again } = bound;
      const { agent } = binding;
      const held = await collection.change('bindAgain', { _id, agent }, { $set: again });
      return held ?? (await collection.get(_id)) ?? { _id, ...bound };
    },

    /** A message went either way: the engagement lasts from now. False when none holds. */
    async touch(channel: string, contact: string, now: Date): Promise<boolean> {
      const _id = idOf(channel, contact);
      const found = await collection.get(_id);
      if (!found || found.expiresAt <= now) return false;
      const expiresAt = new Date(now.getTime() + found.expiresMs);
      return collection.update('touch', { _id, agent: found.agent }, { $max: { lastAt: now, expiresAt } });
    },

    /** Unbinds; false when nothing held. */
    end: async (channel: string, contact: string): Promise<boolean> =>
      (await collection.remove('end', { _id: idOf(channel, contact) })) > 0,

    /** What binds an agent; scans. */
    ofAgent: (agent: string): Promise<Engagement[]> => collection.list({ agent }),
  };
}

/** Operations on engagements. */
export type Engagements = ReturnType<typeof createEngagements>;
