/** Makes the OpenAPI 3.1 document from the declared routes, so that it cannot tell of a route that is not there. */
import { access, type RouteId } from '../access';
import { errorCatalogue, type ErrorCode } from '../error-catalogue';
import type { AnswerKind, Route } from './route';
import type { JsonSchema } from './schema';

type Json = Record<string, unknown>;

/** What the head of the document says. */
export interface DocumentHead {
  title: string;
  version: string;
  description: string;
  tags: readonly { name: string; description: string }[];
}

/** The document for a list of routes. */
export const createOpenApi = (head: DocumentHead, routes: readonly Route[]): Json => {
  const schemas: Record<string, JsonSchema> = { Problem: problemSchema };
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method]: operation(route, schemas) };
  }
  return {
    openapi: '3.1.0',
    info: { title: head.title, version: head.version, description: head.description },
    servers: [{ url: '/' }],
    tags: head.tags,
    paths,
    components: {
      schemas,
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'ringpost_session' },
        token: { type: 'http', scheme: 'bearer' },
      },
    },
  };
};

function operation(route: Route, schemas: Record<string, JsonSchema>): Json {
  const parameters = [...pathParameters(route), ...queryParameters(route, schemas), ...headerParameters(route)];
  return {
    operationId: route.id,
    tags: [route.tag],
    summary: route.summary,
    description: [route.description, whoMay(route.id)].filter(Boolean).join('\n\n'),
    ...(access[route.id] === 'anyone' ? { security: [] } : { security: securityOf(route.id) }),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...requestBody(route, schemas),
    responses: { ...refusals(route), ...successes(route, schemas) },
  };
}

function requestBody(route: Route, schemas: Record<string, JsonSchema>): Json {
  if (route.file) {
    const content = { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } };
    return { requestBody: { required: true, description: route.file.description, content } };
  }
  if (!route.body) return {};
  const schema = lift(route.body, schemas);
  const example = route.example === undefined ? {} : { example: route.example };
  const required = (route.body.required ?? []).length > 0;
  return { requestBody: { required, content: { 'application/json': { schema, ...example } } } };
}

function pathParameters({ path }: Route): Json[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

function queryParameters({ query }: Route, schemas: Record<string, JsonSchema>): Json[] {
  return Object.entries(query?.properties ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: query?.required?.includes(name) ?? false,
    ...(schema.description ? { description: schema.description } : {}),
    schema: lift(schema, schemas),
  }));
}

function headerParameters({ id, method, answers }: Route): Json[] {
  const who = access[id];
  if (method === 'get') return [];
  const parameters: Json[] = [];
  if (who !== 'anyone') {
    const description = 'Needed with the session cookie: the value "csrf" of the sign-in or of GET /v1/session.';
    parameters.push({ name: 'X-CSRF-Token', in: 'header', required: false, description, schema: { type: 'string' } });
  }
  if (202 in answers) {
    const description = 'A name of your own for this act. Repeating a request with the same key does it once.';
    parameters.push({
      name: 'Idempotency-Key',
      in: 'header',
      required: false,
      description,
      schema: { type: 'string' },
    });
  }
  return parameters;
}

function successes(route: Route, schemas: Record<string, JsonSchema>): Json {
  return Object.fromEntries(
    Object.entries(route.answers).map(([status, kind]) => [status, success(Number(status), kind, schemas)]),
  );
}

const headersOf = (name: string, description: string): Json => ({
  headers: { [name]: { description, schema: { type: 'string' } } },
});

const successSentences = new Map([
  [200, 'Done.'],
  [201, 'Made; Location names it.'],
  [202, 'Not confirmed yet; Location names where to look.'],
]);

function success(status: number, kind: AnswerKind, schemas: Record<string, JsonSchema>): Json {
  if (kind === 'nothing') return { description: 'Done.' };
  if ('json' in kind) {
    return {
      description: successSentences.get(status) ?? 'Not well.',
      ...([201, 202].includes(status) ? headersOf('Location', 'Address of what was made, or where to look.') : {}),
      content: { 'application/json': { schema: lift(kind.json, schemas) } },
    };
  }
  return {
    description: kind.description,
    content: { [kind.contentType]: { schema: { type: 'string', format: 'binary' } } },
  };
}

/** Every code a route may answer with: its own, and those its access and its checks bring. */
export const refusalsOf = (route: Route): ErrorCode[] => {
  const codes = new Set<ErrorCode>(['internal', 'store-away', ...route.errors]);
  const who = access[route.id];
  if (who !== 'anyone') {
    for (const code of ['not-signed-in', 'wrong-role', 'wrong-token'] as const) codes.add(code);
    codes.add(who.scope === null ? 'session-needed' : 'wrong-scope');
    if (route.method !== 'get') codes.add('csrf-missing');
  }
  if (route.method !== 'get') for (const code of ['wrong-header', 'foreign-page'] as const) codes.add(code);
  if (route.query) codes.add('wrong-query');
  if (route.body)
    for (const code of ['wrong-json', 'wrong-body', 'wrong-content-type', 'body-too-large'] as const) codes.add(code);
  if (route.path.includes('{')) codes.add('not-found');
  return [...codes];
};

function refusals(route: Route): Json {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of refusalsOf(route)) {
    const { status } = errorCatalogue[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus]
      .sort(([a], [b]) => a - b)
      .map(([status, codes]) => [
        String(status),
        {
          description: codes.map((code) => `\`${code}\`: ${errorCatalogue[code].title}.`).join(' '),
          ...(codes.some((code) => 'retryAfterSeconds' in errorCatalogue[code])
            ? headersOf('Retry-After', 'Seconds after which the same request may do better.')
            : {}),
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      ]),
  );
}

function whoMay(id: RouteId): string {
  const who = access[id];
  if (who === 'anyone') return 'For anyone, without sign-in.';
  const roles = who.roles.length === 3 ? 'everybody who is signed in' : who.roles.join(' and ');
  const token = who.scope === null ? 'Not with an API token.' : `API tokens need the scope "${who.scope}".`;
  return `For ${roles}. ${token}`;
}

function securityOf(id: RouteId): Json[] {
  const who = access[id];
  return who !== 'anyone' && who.scope === null ? [{ session: [] }] : [{ session: [] }, { token: [] }];
}

/** Moves shapes with a name to `components.schemas` and leaves a reference. */
function lift(schema: JsonSchema, schemas: Record<string, JsonSchema>): JsonSchema {
  const { title, ...shape } = liftInner(schema, (each) => lift(each, schemas));
  if (title === undefined) return shape;
  schemas[title] = shape;
  return { $ref: `#/components/schemas/${title}` };
}

function liftInner(schema: JsonSchema, change: (schema: JsonSchema) => JsonSchema): JsonSchema {
  const { properties, items, anyOf, additionalProperties, ...rest } = schema;
  const changed = Object.entries(properties ?? {}).map(([name, each]) => [name, change(each)] as const);
  return {
    ...rest,
    ...(properties ? { properties: Object.fromEntries(changed) } : {}),
    ...(items ? { items: change(items) } : {}),
    ...(anyOf ? { anyOf: anyOf.map(change) } : {}),
    ...(additionalProperties === undefined
      ? {}
      : {
          additionalProperties:
            typeof additionalProperties === 'boolean' ? additionalProperties : change(additionalProperties),
        }),
  };
}

const problemSchema: JsonSchema = {
  type: 'object',
  description: 'Problem details (RFC 9457). Act on "code"; show "title" and "detail" to people.',
  properties: {
    type: { type: 'string', format: 'uri' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', enum: Object.keys(errorCatalogue) },
    detail: { type: 'string' },
    findings: { type: 'array', items: { type: 'object' } },
    by: { type: 'string', description: 'Who did it before you (an agent id).' },
    at: { type: 'string', format: 'date-time' },
    instance: { type: 'string' },
  },
  required: ['type', 'title', 'status', 'code', 'detail'],
  examples: [
    {
      type: 'https://ringpost.dev/errors/offer-taken',
      title: 'Somebody else took the offer',
      status: 409,
      code: 'offer-taken',
      detail: 'Ben took this enquiry at 2026-03-02T09:30:04.000Z.',
      by: 'ben',
      at: '2026-03-02T09:30:04.000Z',
    },
  ],
};
