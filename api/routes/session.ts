import type { Response } from 'express';
import { roles } from '../access';
import { ApiError } from '../api-error';
import { callerOf, SESSION_COOKIE, sessionCookieOf } from '../authenticate';
import { setPresence } from '../availability';
import type { Caller } from '../caller';
import { nothing, ok, route, type Route } from '../http/route';
import { instant, list, named, nullable, object, text, word, type TypeOf } from '../http/schema';
import { hashPassword, passwordFits, passwordLimits } from '../passwords';
import type { ApiPorts } from '../ports';
import { address } from '../shapes/basics';
import { maySignIn } from '../../store/users';
import { createSignInLimit, type SignInLimit } from '../sign-in-limit';

const sessionShape = named(
  'Session',
  object({
    user: object({
      id: text(),
      name: text(),
      email: text(),
      role: word(roles),
      groups: list(text()),
      channels: list(text()),
    }),
    csrf: nullable(text({ description: 'Send it as X-CSRF-Token with every write; null for an API token.' })),
    expiresAt: nullable(instant('When the session ends.')),
  }),
);

const password = text({ ...passwordLimits, description: 'Ten characters or more.' });

const view = ({ id, name, email, role, groups, channels, credential }: Caller): TypeOf<typeof sessionShape> => ({
  user: { id, name, email, role, groups: [...groups], channels: [...channels] },
  csrf: credential.kind === 'session' ? credential.csrf : null,
  expiresAt: credential.kind === 'session' ? credential.expiresAt.toISOString() : null,
});

/** Signing in and out, and passwords. */
export const sessionRoutes = (ports: ApiPorts): Route[] => {
  const { signInTries: tries, signInWindowMs: windowMs } = ports.settings;
  const limit = createSignInLimit({ tries, windowMs });
  return [...signInRoutes(ports, limit), ...ownSessionRoutes(ports), ...passwordRoutes(ports, limit)];
};

const cookieOf = ({ secureCookie: secure }: ApiPorts['settings']) =>
  ({ httpOnly: true, sameSite: 'lax', secure, path: '/' }) as const;

function signInRoutes({ store, settings, now }: ApiPorts, limit: SignInLimit): Route[] {
  async function start(user: string, request: { ip?: string | undefined; browser: string | null }, response: Response) {
    const { ip, browser } = request;
    const { token, session } = await store.sessions.create({
      user,
      now: now(),
      ttlMs: settings.sessionMs,
      ip: ip ?? null,
      browser,
    });
    response.cookie(SESSION_COOKIE, token, { ...cookieOf(settings), maxAge: settings.sessionMs });
    const { _id: id, csrf, expiresAt } = session;
    return callerOf(store, user, { kind: 'session', id, csrf, expiresAt });
  }

  return [
    route({
      id: 'signIn',
      method: 'post',
      path: '/v1/session',
      tag: 'session',
      summary: 'Sign in',
      description: 'Sets the session cookie. Send the answered "csrf" as X-CSRF-Token with every later write.',
      body: object({ email: address('Who signs in.'), password: text({ min: 1, max: passwordLimits.max }) }),
      example: { email: 'ann@example.com', password: 'correct horse battery' },
      answers: { 200: sessionShape },
      errors: ['wrong-sign-in', 'too-many-tries'],
      handle: async ({ body, request, response }) => {
        await limit(request, response);
        const user = await store.users.byEmail(body.email);
        const fits = await passwordFits(body.password, user?.passwordHash ?? null);
        if (!user || !fits || !maySignIn(user)) throw new ApiError('wrong-sign-in');
        const browser = request.get('user-agent')?.slice(0, 200) ?? null;
        const caller = await start(user._id, { ip: request.ip, browser }, response);
        if (!caller) throw new ApiError('wrong-sign-in');
        return ok(view(caller));
      },
    }),
  ];
}

function ownSessionRoutes(ports: ApiPorts): Route[] {
  const { store, settings, now } = ports;
  return [
    route({
      id: 'readSession',
      method: 'get',
      path: '/v1/session',
      tag: 'session',
      summary: 'Who am I, and the CSRF token of my session',
      answers: { 200: sessionShape },
      handle: async ({ caller }) => ok(view(caller)),
    }),
    route({
      id: 'signOut',
      method: 'delete',
      path: '/v1/session',
      tag: 'session',
      summary: 'Sign out',
      answers: { 204: 'nothing' },
      handle: async ({ caller, request, response }) => {
        const token = sessionCookieOf(request);
        if (token !== null) await store.sessions.end(token);
        // Whoever is signed in elsewhere stays as he is there.
        const elsewhere = await store.sessions.someOf(caller.id, now());
        const agent = elsewhere ? null : await store.agents.get(caller.id);
        if (agent && agent.presence.word !== 'offline') {
          await setPresence(ports, agent._id, { word: 'offline', cause: 'signed-out' });
        }
        response.clearCookie(SESSION_COOKIE, cookieOf(settings));
        return nothing();
      },
    }),
  ];
}

function passwordRoutes({ store, now }: ApiPorts, limit: SignInLimit): Route[] {
  async function save(user: string, plain: string): Promise<void> {
    await store.users.change(user, { passwordHash: await hashPassword(plain) });
    // Whoever knew the old password is signed out.
    await store.sessions.endAllOf(user);
  }

  return [
    route({
      id: 'setPassword',
      method: 'post',
      path: '/v1/password',
      tag: 'session',
      summary: 'Set a password by the token of an invitation or password link',
      body: object({ token: text({ min: 1, max: 100 }), password }),
      example: { token: 'TOKEN-OF-THE-LINK', password: 'correct horse battery' },
      answers: { 204: 'nothing' },
      errors: ['link-over'],
      handle: async ({ body }) => {
        const link = await store.passwordLinks.use(body.token, now());
        if (!link) throw new ApiError('link-over');
        await save(link.user, body.password);
        return nothing();
      },
    }),
    route({
      id: 'changePassword',
      method: 'put',
      path: '/v1/session/password',
      tag: 'session',
      summary: 'Change my password; ends all my sessions',
      body: object({ current: text({ min: 1, max: passwordLimits.max }), password }),
      example: { current: 'correct horse battery', password: 'another horse battery' },
      answers: { 204: 'nothing' },
      errors: ['wrong-sign-in', 'too-many-tries'],
      handle: async ({ caller, body, request, response }) => {
        await limit(request, response);
        const user = await store.users.get(caller.id);
        if (!(await passwordFits(body.current, user?.passwordHash ?? null))) {
          throw new ApiError('wrong-sign-in', 'The present password is wrong.');
        }
        await save(caller.id, body.password);
        return nothing();
      },
    }),
  ];
}
