import type { ApiToken } from '../../store/api-tokens';
import { scopes, type Scope } from '../access';
import { ApiError, notFound } from '../api-error';
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

const newToken = {
  name: line(100, 'What it is for.'),
  expiresInDays: whole({ min: 1, max: 366 }),
};
const madeShape = named('NewApiToken', object({ token: text(), details: tokenShape }));
const listShape = named('ApiTokenList', object({ items: list(tokenShape) }));

/** A user's own API tokens, for programs that act in his name, and those of programs that serve as agents. */
export const tokenRoutes = (ports: ApiPorts): Route[] => [...ownRoutes(ports), ...programRoutes(ports)];

interface Wanted {
  user: string;
  name: string;
  scopes: readonly Scope[];
  expiresInDays: number;
}

async function make({ store, now }: ApiPorts, wanted: Wanted): Promise<TypeOf<typeof madeShape>> {
  const at = now();
  const { token, document } = await store.apiTokens.create({
    user: wanted.user,
    name: wanted.name,
    scopes: [...new Set(wanted.scopes)],
    createdAt: at,
    expiresAt: new Date(at.getTime() + wanted.expiresInDays * DAY_MS),
  });
  return { token, details: view(document) };
}

async function program({ store }: ApiPorts, id: string): Promise<string> {
  const user = await store.users.get(id);
  if (!user) throw notFound('user', id);
  if (!user.service) throw new ApiError('wrong-role', 'People make their own tokens: POST /v1/tokens.');
  return user._id;
}

function programRoutes(ports: ApiPorts): Route[] {
  const { store } = ports;
  return [
    route({
      id: 'listProgramTokens',
      method: 'get',
      path: '/v1/users/{id}/tokens',
      tag: 'people',
      summary: 'List the API tokens of a program that serves as an agent',
      answers: { 200: listShape },
      handle: async ({ params }) =>
        ok({ items: (await store.apiTokens.ofUser(await program(ports, params.id))).map(view) }),
    }),
    route({
      id: 'createProgramToken',
      method: 'post',
      path: '/v1/users/{id}/tokens',
      tag: 'people',
      summary: 'Make an API token for a program that serves as an agent',
      description: 'It reads and serves what an agent of its groups and addresses may. It is shown once.',
      body: object(newToken),
      example: { name: 'answering machine', expiresInDays: 90 },
      answers: { 201: madeShape },
      handle: async (call) => {
        const user = await program(ports, call.params.id);
        const made = await make(ports, { user, scopes: ['read', 'desk'], ...call.body });
        const { details } = made;
        const after = { user, ...details };
        await recordChange(ports, call, { what: 'token.create', about: details.id, before: null, after });
        return created(made, `/v1/users/${user}/tokens/${details.id}`);
      },
    }),
    route({
      id: 'deleteProgramToken',
      method: 'delete',
      path: '/v1/users/{id}/tokens/{token}',
      tag: 'people',
      summary: 'Revoke an API token of a program that serves as an agent',
      answers: { 204: 'nothing' },
      handle: async (call) => {
        const { id, token } = call.params;
        if (!(await store.apiTokens.revoke(token, await program(ports, id)))) throw notFound('API token', token);
        await recordChange(ports, call, { what: 'token.delete', about: token, before: null, after: null });
        return nothing();
      },
    }),
  ];
}

function ownRoutes(ports: ApiPorts): Route[] {
  const { store } = ports;
  return [
    route({
      id: 'listTokens',
      method: 'get',
      path: '/v1/tokens',
      tag: 'session',
      summary: 'List my API tokens',
      answers: { 200: listShape },
      handle: async ({ caller }) => ok({ items: (await store.apiTokens.ofUser(caller.id)).map(view) }),
    }),
    route({
      id: 'createToken',
      method: 'post',
      path: '/v1/tokens',
      tag: 'session',
      summary: 'Make an API token',
      description: 'It allows what its scopes name, and never more than your role does. It is shown once.',
      body: object({ ...newToken, scopes: list(word(scopes), { min: 1, max: scopes.length }) }),
      example: { name: 'nightly report', scopes: ['read'], expiresInDays: 90 },
      answers: { 201: madeShape },
      handle: async (call) => {
        const made = await make(ports, { user: call.caller.id, ...call.body });
        const { details } = made;
        await recordChange(ports, call, { what: 'token.create', about: details.id, before: null, after: details });
        return created(made, `/v1/tokens/${details.id}`);
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
}
