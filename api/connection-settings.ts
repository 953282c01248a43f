/** Turns what an admin sends of a connection into a document: the secret is sealed here and never leaves again. */
import type { Connection, ConnectionAuth } from '../store/connections';
import { wrongBody } from './api-error';
import { authorityProblem } from './authority-problem';
import { object, type TypeOf } from './http/schema';
import type { ApiPorts } from './ports';
import { connectionInput, type authInput } from './shapes/connection';

/** Any of the settings of a connection. */
export const connectionChange = object({}, connectionInput);

type Change = TypeOf<typeof connectionChange>;
type Auth = TypeOf<typeof authInput>;

/** Headers that we set ourselves, or that say how the line is used. */
const OURS =
  /^(host|accept|accept-encoding|user-agent|idempotency-key|connection|keep-alive|te|trailer|transfer-encoding|upgrade|expect|cookie|content-.*|proxy-.*)$/i;

/** A connection with the defaults of everything its maker left out. */
export const newConnection = (id: string, title: string, baseUrl: string): Connection => ({
  _id: id,
  title,
  baseUrl,
  methods: ['GET'],
  auth: { kind: 'none' },
  secretSince: null,
  allowInternal: false,
  timeoutMs: 30_000,
  ca: null,
  v: 1,
});

/**
 * The connection as it is to be: refuses addresses we must not connect to, and to send a stored secret to another scheme,
 * host or port than it was entered for.
 */
export const changedConnection = async (
  { store: { secrets }, connections, now }: Pick<ApiPorts, 'store' | 'connections' | 'now'>,
  before: Connection,
  { auth, methods, ...plain }: Change,
): Promise<Connection> => {
  const given = Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined));
  const after: Connection = { ...before, ...given, methods: [...new Set(methods ?? before.methods)] };
  const problem = await addressProblem(connections, after);
  if (problem !== null) throw wrongBody('/baseUrl', problem);
  const unread = authorityProblem(plain.ca);
  if (unread !== null) throw wrongBody('/ca', unread);
  const url = new URL(after.baseUrl);
  after.baseUrl = `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
  const moved = URL.canParse(before.baseUrl) && new URL(before.baseUrl).origin !== url.origin;
  if (auth === undefined) {
    if (moved && before.auth.kind !== 'none') throw wrongBody('/auth', ENTER_ANEW);
    return after;
  }
  if (auth.kind === 'header' && OURS.test(auth.name)) {
    throw wrongBody('/auth/name', 'is a header that Ringpost sets itself, or that carries no secret');
  }
  const entered = auth.kind !== 'none' && auth.secret !== undefined;
  after.auth = authOf(auth, moved ? null : before.auth, secrets);
  after.secretSince = after.auth.kind === 'none' ? null : entered ? now() : before.secretSince;
  return after;
};

const ENTER_ANEW = 'must be sent with its secret: a stored secret is not sent to another scheme, host or port';

function authOf(auth: Auth, kept: ConnectionAuth | null, secrets: ApiPorts['store']['secrets']): ConnectionAuth {
  if (auth.kind === 'none') return { kind: 'none' };
  const { secret: entered, ...rest } = auth;
  if (entered !== undefined) return { ...rest, secret: secrets.seal(entered) };
  const sameUser = kept?.kind !== 'basic' || (auth.kind === 'basic' && kept.user === auth.user);
  if (kept?.kind === auth.kind && sameUser) return { ...rest, secret: kept.secret };
  throw wrongBody('/auth/secret', 'is missing');
}

async function addressProblem(
  connections: ApiPorts['connections'],
  { baseUrl, allowInternal }: Connection,
): Promise<string | null> {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : null;
  if (!url || !['https:', 'http:'].includes(url.protocol)) return 'is no address such as https://crm.example.com/api';
  if (url.username !== '' || url.password !== '') return 'holds a sign-in; send it under "auth"';
  if (url.search !== '' || url.hash !== '') return 'ends in a query or "#"; flows name these themselves';
  if (url.protocol === 'http:' && !allowInternal) return 'must begin with https:// unless "allowInternal" is true';
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  return connections.hostProblem(url.hostname.replace(/^\[|\]$/g, ''), port, allowInternal);
}
