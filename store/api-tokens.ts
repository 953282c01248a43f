import { openCollection, type CollectionPorts, type Definition, type Stored } from './database/collection';
import { digestOf, newToken } from './tokens';

/** A token of a program; `_id` is its sha256. */
export interface ApiToken extends Stored {
  user: string;
  name: string;
  scopes: string[];
  createdAt: Date;
  expiresAt: Date;
}

/** How the collection is made. */
export const apiTokens: Definition<ApiToken> = {
  name: 'apiTokens',
  fields: { user: String, name: String, scopes: [String], createdAt: Date, expiresAt: Date },
};

/** Tokens of programs; shown once, stored as digests. */
export function createApiTokens(ports: CollectionPorts) {
  const collection = openCollection(apiTokens, ports);
  return {
    /** Makes a token; `token` is shown once. */
    async create(token: Omit<ApiToken, '_id' | 'v'>): Promise<{ token: string; document: ApiToken }> {
      const secret = `rp_${newToken()}`;
      const document: ApiToken = { ...token, _id: digestOf(secret), v: 1 };
      await collection.insert('create', document);
      return { token: secret, document };
    },
    /** The token if it has not expired, or null. */
    async find(token: string, now: Date): Promise<ApiToken | null> {
      const found = await collection.get(digestOf(token));
      return found && found.expiresAt > now ? found : null;
    },
    /** Tokens of a user. */
    ofUser: (user: string): Promise<ApiToken[]> => collection.list({ user }, { sort: { createdAt: 1 } }),
    /** Revokes one token of this user by its id; false when there is none. */
    revoke: async (id: string, user: string): Promise<boolean> =>
      (await collection.remove('revoke', { _id: id, user })) > 0,
  };
}

/** Operations on API tokens. */
export type ApiTokens = ReturnType<typeof createApiTokens>;
