import { openCollection, type CollectionPorts, type Definition, type Stored } from './database/collection';
import { digestOf, newToken } from './tokens';

/** A link to set a password, good for one use; `_id` is the token's sha256. */
export interface PasswordLink extends Stored {
  user: string;
  purpose: 'invitation' | 'reset' | 'first-admin';
  expiresAt: Date;
  usedAt: Date | null;
}

/** How the collection is made. */
export const passwordLinks: Definition<PasswordLink> = {
  name: 'passwordLinks',
  fields: { user: String, purpose: String, expiresAt: Date, usedAt: Date },
};

/** Links to set a password. */
export function createPasswordLinks(ports: CollectionPorts) {
  const collection = openCollection(passwordLinks, ports);
  return {
    /** Makes a link's token and forgets older links of the user. */
    async create(link: Pick<PasswordLink, 'user' | 'purpose' | 'expiresAt'>): Promise<string> {
      const token = newToken();
      await collection.remove('create', { user: link.user, usedAt: null });
      await collection.insert('create', { _id: digestOf(token), ...link, usedAt: null, v: 1 });
      return token;
    },
    /** The link if it can still be used, or null. */
    async find(token: string, now: Date): Promise<PasswordLink | null> {
      const found = await collection.get(digestOf(token));
      return found && found.usedAt === null && found.expiresAt > now ? found : null;
    },
    /** Uses the link up; null when it is used, expired or unknown. */
    use: (token: string, now: Date): Promise<PasswordLink | null> =>
      collection.change(
        'use',
        { _id: digestOf(token), usedAt: null, expiresAt: { $gt: now } },
        { $set: { usedAt: now } },
      ),
  };
}

/** Operations on password links. */
export type PasswordLinks = ReturnType<typeof createPasswordLinks>;
