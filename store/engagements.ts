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

/** Who is bound to whom, and until when; whoever was merged is bound by what binds any of his addresses. */
export function createEngagements(ports: CollectionPorts & { membersOf: (contact: string) => Promise<string[]> }) {
  const collection = openCollection(engagements, ports);
  const idOf = (channel: string, contact: string): string => `${channel}|${contact}`;
  const idsOf = async (channel: string, contact: string): Promise<string[]> =>
    (await ports.membersOf(contact)).map((each) => idOf(channel, each));

  async function get(channel: string, contact: string, now: Date): Promise<Engagement | null> {
    const found = await collection.getMany(await idsOf(channel, contact));
    return found.find(({ expiresAt }) => expiresAt > now) ?? null;
  }

  /** The document that binds the contact now, or the one to bind by. */
  async function standing(channel: string, contact: string, now: Date): Promise<string> {
    const ids = await idsOf(channel, contact);
    const [first = idOf(channel, contact)] = ids;
    return ids.length === 1 ? first : ((await get(channel, contact, now))?._id ?? first);
  }

  return {
    /** The engagement that holds now, or null. */
    get,

    /** Binds the contact unless an engagement with another agent holds; the one that holds. */
    async bind({ now, group = null, ...binding }: Binding): Promise<Engagement> {
      const _id = await standing(binding.channel, binding.contact, now);
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
      const found = await get(channel, contact, now);
      if (!found) return false;
      const { _id } = found;
      const expiresAt = new Date(now.getTime() + found.expiresMs);
      return collection.update('touch', { _id, agent: found.agent }, { $max: { lastAt: now, expiresAt } });
    },

    /** Unbinds; false when nothing held. */
    end: async (channel: string, contact: string): Promise<boolean> =>
      (await collection.remove('end', { _id: { $in: await idsOf(channel, contact) } })) > 0,

    /** What binds an agent; scans. */
    ofAgent: (agent: string): Promise<Engagement[]> => collection.list({ agent }),
  };
}

/** Operations on engagements. */
export type Engagements = ReturnType<typeof createEngagements>;
