import { openCollection, type CollectionPorts, type Definition, type Stored } from '../database/collection';
import type { KeptInMemory } from '../database/kept-in-memory';

/** One address that leads to a contact with another first address; `_id` is the contact's id that it would have alone. */
export interface ContactLink extends Stored {
  /** Contact it leads to; which may lead on. */
  to: string;
  address: string;
  /** Two contacts were merged, or the contact was given a further address. */
  kind: 'merge' | 'address';
  by: string;
  at: Date;
}

/** How the collection is made. */
export const contactLinks: Definition<ContactLink> = {
  name: 'contactLinks',
  fields: { to: String, address: String, kind: String, by: String, at: Date },
};

/** Everything that leads to one contact. */
interface Family {
  survivor: string;
  /** How the others lead there, oldest first. */
  led: ContactLink[];
}

/** Ids of all that is one contact; the one they lead to comes first. */
export const membersOf = ({ survivor, led }: Family): string[] => [survivor, ...led.map(({ _id }) => _id)];

type Links = ReadonlyMap<string, ContactLink>;

/**
 * Where a contact leads, in the end. Two who were merged into each other at the same moment lead to the smaller id, whoever
 * asks.
 */
export function survivorAmong(links: Links, id: string): string {
  const way: string[] = [];
  for (let at = id; ;) {
    const link = links.get(at);
    if (!link) return at;
    if (way.includes(at)) return way.slice(way.indexOf(at)).toSorted()[0] ?? at;
    way.push(at);
    at = link.to;
  }
}

/** Families of all who were merged, by survivor; made once for each state of the links. */
function familiesOf(links: Links): Map<string, Family> {
  const families = new Map<string, Family>();
  for (const link of [...links.values()].toSorted((a, b) => a.at.getTime() - b.at.getTime())) {
    const survivor = survivorAmong(links, link._id);
    const family = families.get(survivor) ?? { survivor, led: [] };
    if (link._id !== survivor) family.led.push(link);
    families.set(survivor, family);
  }
  return families;
}

/** What links need; `touch` tells search that these are about to change. */
type LinkPorts = CollectionPorts & {
  keep: KeptInMemory;
  touch: (ids: readonly string[], at: Date) => Promise<void>;
};

/** Which contacts are one; a merge is one document, so it happened or it did not. Kept in memory. */
export function createContactLinks(ports: LinkPorts) {
  const collection = openCollection(contactLinks, ports);
  const kept = ports.keep.all('contactLinks', () => collection.list({}));
  let known: { links: Links; families: Map<string, Family> } | null = null;

  async function families(): Promise<Map<string, Family>> {
    const links = await kept.byId();
    if (known?.links !== links) known = { links, families: familiesOf(links) };
    return known.families;
  }

  const survivorOf = async (id: string): Promise<string> => survivorAmong(await kept.byId(), id);

  async function family(id: string): Promise<Family> {
    const survivor = await survivorOf(id);
    return (await families()).get(survivor) ?? { survivor, led: [] };
  }

  return {
    /** The link of a contact that leads to another, or null. */
    get: async (id: string): Promise<ContactLink | null> => (await kept.byId()).get(id) ?? null,
    /** The contact this one leads to; itself when it leads nowhere. */
    survivorOf,
    /** Whether two ids are one contact. */
    same: async (one: string, other: string): Promise<boolean> =>
      one === other || (await survivorOf(one)) === (await survivorOf(other)),
    /** All that is one contact with this one. */
    family,
    /** Their ids; the one they lead to comes first. */
    idsOf: async (id: string): Promise<string[]> => membersOf(await family(id)),
    /** Leads a contact to another; false when it leads somewhere already. */
    async lead(link: Omit<ContactLink, 'v'>): Promise<boolean> {
      await ports.touch([link._id, await survivorOf(link.to)], link.at);
      const made = await collection.insert('lead', { ...link, v: 1 });
      await kept.changed();
      return made;
    },
    /** Takes that back; false when it led nowhere. */
    async free(id: string, now: Date): Promise<boolean> {
      await ports.touch([id, await survivorOf(id)], now);
      const freed = await collection.remove('free', { _id: id });
      await kept.changed();
      return freed > 0;
    },
  };
}

/** Operations on links of contacts. */
export type ContactLinks = ReturnType<typeof createContactLinks>;
