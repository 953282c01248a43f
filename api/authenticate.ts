import type { Request } from 'express';
import type { Store } from '../store';
import { scopes, type Scope } from './access';
import { ApiError } from './api-error';
import type { Caller, Credential } from './caller';
import type { Authenticate } from './http/mount';

/** Name of the session cookie. */
export const SESSION_COOKIE = 'ringpost_session';

/** Finds out who asks, by session cookie or API token. A token that is sent must be good; a stale cookie is nobody. */
export const createAuthenticate =
  ({ store, now }: { store: Store; now(): Date }): Authenticate =>
  async (request) => {
    const bearer = bearerOf(request);
    if (bearer !== null) {
      const token = await store.apiTokens.find(bearer, now());
      const credential: Credential | null = token && {
        kind: 'token',
        id: token._id,
        scopes: token.scopes.filter(isScope),
      };
      const caller = token && credential && (await callerOf(store, token.user, credential));
      if (!caller) throw new ApiError('wrong-token');
      return caller;
    }
    const cookie = sessionCookieOf(request);
    const session = cookie === null ? null : await store.sessions.find(cookie, now());
    if (!session) return null;
    const { _id: id, csrf, expiresAt, user } = session;
    return callerOf(store, user, { kind: 'session', id, csrf, expiresAt });
  };

/** The user behind a credential as rules look at him; null when he is unknown or may not sign in. */
export const callerOf = async (store: Store, id: string, credential: Credential): Promise<Caller | null> => {
  const rights = await store.rightsOf(id);
  if (!rights) return null;
  const { user, groups, channels, leads } = rights;
  const { name, email, role, service = null } = user;
  return { id, name, email, role, channels, groups, leads, service, credential };
};

/** The session cookie of a request, or null. */
export const sessionCookieOf = (request: Request): string | null => {
  for (const pair of (request.get('cookie') ?? '').split(';')) {
    const [name, value] = pair.trim().split('=', 2);
    if (name === SESSION_COOKIE && value) return value;
  }
  return null;
};

function bearerOf(request: Request): string | null {
  const header = request.get('authorization');
  if (header === undefined) return null;
  const token = /^Bearer ([\w~+/.-]{1,200}=*)$/i.exec(header)?.[1];
  if (!token) throw new ApiError('wrong-token');
  return token;
}

function isScope(word: string): word is Scope {
  return scopes.some((scope) => scope === word);
}
