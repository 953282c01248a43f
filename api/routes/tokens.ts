import type { ApiToken } from '../../store/api-tokens';
import { scopes } from '../access';
import { notFound } from '../api-error';
import { recordChange } from '../audit-trail';
import { created, nothing, ok, route, type Route } from '../http/route';
import { instant, list, named, object, text, whole, word, type TypeOf } from '../http/schema';
import type { ApiPorts } from '../ports';
import { iso, line } from '../shapes/basics';

const DAY_MS = 86_400_000;

const tokenShape = named(
  'ApiToken',
  object({
    id: text(),
    name: text(),
    scopes: list(text()),
    createdAt: instant('When it was made.'),
    expiresAt: instant('When it stops working.'),
  }),
);

const view = (token: ApiToken): TypeOf<typeof tokenShape> => ({
  id: token._id,
  name: token.name,
  scopes: token.scopes,
  createdAt: iso(token.createdAt),
  expiresAt: iso(token.expiresAt),
});

/** A user's own API tokens, for programs that act in his name. */
export const tokenRoutes = (ports: ApiPorts): Route[] => {
  const { store, now } = ports;
  return [
    route({
      id: 'listTokens',
      method: 'get',
      path: '/v1/tokens',
      tag: 'session',
      summary: 'List my API tokens',
      answers: { 200: named('ApiTokenList', object({ items: list(tokenShape) })) },
      handle: async ({ caller }) => ok({ items: (await store.apiTokens.ofUser(caller.id)).map(view) }),
    }),
    route({
      id: 'createToken',
      method: 'post',
      path: '/v1/tokens',
      tag: 'session',
      summary: 'Make an API token',
      description: 'It allows what its scopes name, and never more than your role does. It is shown once.',
      body: object({
        name: line(100, 'What it is for.'),
        scopes: list(word(scopes), { min: 1, max: scopes.length }),
        expiresInDays: whole({ min: 1, max: 366 }),
      }),
      example: { name: 'nightly report', scopes: ['read'], expiresInDays: 90 },
      answers: { 201: named('NewApiToken', object({ token: text(), details: tokenShape })) },
      handle: async (call) => {
        const { name, scopes: wanted, expiresInDays } = call.body;
        const at = now();
        const { token, document } = await store.apiTokens.create({
          user: call.caller.id,
          name,
          scopes: [...new Set(wanted)],
          createdAt: at,
          expiresAt: new Date(at.getTime() + expiresInDays * DAY_MS),
        });
        const details = view(document);
        await recordChange(ports, call, { what: 'token.create', about: details.id, before: null, after: details });
        return created({ token, details }, `/v1/tokens/${details.id}`);
      },
    }),
    route({
      id: 'deleteToken',
      method: 'delete',
      path: '/v1/tokens/{id}',
      tag: 'session',
      summary: 'Revoke one of my API tokens',
      answers: { 204: 'nothing' },
      handle: async (call) => {
        const { id } = call.params;
        if (!(await store.apiTokens.revoke(id, call.caller.id))) throw notFound('API token', id);
        await recordChange(ports, call, { what: 'token.delete', about: id, before: null, after: null });
        return nothing();
      },
    }),
  ];
};
