import type { Connection } from '../../store/connections';
import {
  dictionary,
  either,
  flag,
  instant,
  list,
  named,
  nullable,
  object,
  text,
  whole,
  word,
  type TypeOf,
} from '../http/schema';
import { isoOrNull, line } from './basics';

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
/** Goes into a header, so it is one line of plain characters. */
const secret = text({
  min: 1,
  max: 2000,
  pattern: '^[\\x21-\\x7e]([\\x20-\\x7e]*[\\x21-\\x7e])?$',
  description: 'Stored sealed, never answered; absent keeps the one stored, as long as scheme, host and port stay.',
});
const user = text({ max: 200, pattern: '^[^\\r\\n\\u0000:]*$', description: 'Holds no colon.' });
const headerName = text({ min: 1, max: 60, pattern: '^[A-Za-z][A-Za-z0-9-]*$', example: 'X-Api-Key' });

/** How we say who we are, as it is sent to us. */
export const authInput = either(
  object({ kind: word(['none']) }),
  object({ kind: word(['bearer']) }, { secret }),
  object({ kind: word(['basic']), user }, { secret }),
  object({ kind: word(['header']), name: headerName }, { secret }),
);

/** What an admin may set of a connection. */
export const connectionInput = {
  title: line(80, 'As people see it.'),
  baseUrl: text({
    min: 1,
    max: 500,
    description: 'https://host[:port][/path]; paths of flows stand below it. http only with "allowInternal".',
    example: 'https://crm.example.com/api',
  }),
  methods: list(word(methods), { min: 1, max: 5, description: 'What flows may ask with.' }),
  auth: authInput,
  allowInternal: flag(
    'The host may be inside this machine or network. Whoever writes flows then reaches what stands there below this address.',
  ),
  timeoutMs: whole({ min: 100, max: 60_000, description: 'Longest one attempt may take, whatever a flow says.' }),
  ca: nullable(text({ max: 20_000, description: "PEM of an authority to trust besides the system's." })),
} as const;

/** A connection as admins see it: everything but the secret. */
export const connectionShape = named(
  'Connection',
  object({
    id: text(),
    title: text(),
    baseUrl: text(),
    methods: list(word(methods)),
    auth: either(
      object({ kind: word(['none', 'bearer']) }),
      object({ kind: word(['basic']), user: text() }),
      object({ kind: word(['header']), name: text() }),
    ),
    secretSince: nullable(instant('When the secret was last entered; null without one.')),
    allowInternal: flag(),
    timeoutMs: whole(),
    ca: nullable(text()),
  }),
);

/** What a try of a connection is asked with. */
export const triedInput = object(
  {
    method: word(methods),
    path: text({ min: 1, max: 500, pattern: '^/[^\\s?#{}]*$', description: 'Below the address of the connection.' }),
  },
  {
    query: dictionary(text({ max: 500 }), 'Query parameters.'),
  },
);

/** What a try of a connection came to. */
export const triedShape = named(
  'ConnectionTry',
  object({
    ok: flag(),
    status: nullable(whole({ description: 'HTTP status; null when nothing was answered.' })),
    sentence: text({ description: 'What came of it, for an admin.' }),
    tookMs: whole(),
    values: list(object({ pointer: text(), type: word(['string', 'number', 'boolean', 'null']) }), {
      description: 'Where values stand in the answer, as "save" of a webhook names them; the values are not shown.',
    }),
  }),
);

/** A connection as it is answered to admins. */
export const connectionView = (connection: Connection): TypeOf<typeof connectionShape> => {
  const { _id: id, v: _v, auth, secretSince, ...settings } = connection;
  return { id, ...settings, auth: authView(auth), secretSince: isoOrNull(secretSince) };
};

function authView(auth: Connection['auth']): TypeOf<typeof connectionShape>['auth'] {
  if (auth.kind === 'basic') return { kind: auth.kind, user: auth.user };
  return auth.kind === 'header' ? { kind: auth.kind, name: auth.name } : { kind: auth.kind };
}
