import { openCollection, type CollectionPorts, type Definition, type Stored } from './database/collection';
import { digestOf, newToken } from './tokens';

/** A signed-in browser; `_id` is the sha256 of its cookie. */
export interface Session extends Stored {
  user: string;
  csrf: string;
  createdAt: Date;
  expiresAt: Date;
  ip: string | null;
  browser: string | null;
}

/** How the collection is made. */
export const sessions: Definition<Session> = {
  name: 'sessions',
  fields: { user: String, csrf: String, createdAt: Date, expiresAt: Date, ip: String, browser: String },
};

/** Signed-in browsers; the token itself is never stored. */
export function createSessions(ports: CollectionPorts) {
  const collection = openCollection(sessions, ports);
  return {
    /** Starts a session; `token` goes into the cookie. */
    async create(start: { user: string; now: Date; ttlMs: number; ip: string | null; browser: string | null }) {
      const { user, now, ttlMs, ip, browser } = start;
      const token = newToken();
      const expiresAt = new Date(now.getTime() + ttlMs);
      const session: Session = {
        _id: digestOf(token),
        user,
        csrf: newToken(),
        createdAt: now,
        expiresAt,
        ip,
        browser,
        v: 1,
      };
      await collection.insert('create', session);
      return { token, session };
    },
    /** The session of a cookie that has not expired, or null. */
    async find(token: string, now: Date): Promise<Session | null> {
      const found = await collection.get(digestOf(token));
      return found && found.expiresAt > now ? found : null;
    },
    /** Ends one session. */
    end: (token: string): Promise<number> => collection.remove('end', { _id: digestOf(token) }),
    /** Whether a user is signed in anywhere; scans. */
    someOf: async (user: string, now: Date): Promise<boolean> =>
      (await collection.list({ user, expiresAt: { $gt: now } }, { limit: 1 })).length > 0,
    /** Ends every session of a user; how many. */
    endAllOf: (user: string): Promise<number> => collection.remove('endAllOf', { user }),
    /** Removes expired sessions. */
    sweep: (now: Date): Promise<number> => collection.remove('sweep', { expiresAt: { $lte: now } }),
  };
}

/** Operations on sessions. */
export type Sessions = ReturnType<typeof createSessions>;
