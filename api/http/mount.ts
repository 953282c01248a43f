/** Puts declared routes on an Express router: access, body, checks, handler, reply, in that order for every route. */
import { randomUUID } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import type { Request, RequestHandler, Response, Router } from 'express';
import { access } from '../access';
import { ApiError } from '../api-error';
import type { Caller } from '../caller';
import { permit } from '../permit';
import { refuseForeignPage } from './foreign-page';
import { readJson } from './read-json';
import type { AnyReply, Call, Route } from './route';
import { createChecks, type Check } from './validate';

/** Finds out who asks; null when nobody is signed in. */
export type Authenticate = (request: Request) => Promise<Caller | null>;

const MAX_PARAM_LENGTH = 1000;
/** Under it an enquiry may be named by its number as well. */
const ENQUIRY_PATH = '/v1/enquiries/{id}';

/** What mounting needs. */
export interface MountPorts {
  authenticate: Authenticate;
  /** False while the store does not answer: whoever needs it is told at once instead of after a time-out. */
  storeIsThere(): boolean;
  /** The id of an enquiry that is named by its number; other words as they are. */
  enquiryIdOf(caller: Caller, word: string): Promise<string>;
}

/** Mounts all routes, and answers other methods of the same addresses with `wrong-method`, OPTIONS with those it takes. */
export const mountRoutes = (router: Router, routes: readonly Route[], ports: MountPorts): void => {
  const checks = createChecks();
  for (const route of routes) {
    const path = route.path.replace(/\{(\w+)\}/g, ':$1');
    const body = route.body ? checks.body(route.body) : null;
    const query = route.query ? checks.query(route.query) : null;
    router[route.method](path, createHandler(route, ports, { body, query }));
  }
  router.use(tellMethods(routes));
};

/** Answers for addresses that exist, but not with this method (RFC 9110, 15.5.6); lets all others pass. */
function tellMethods(routes: readonly Route[]): RequestHandler {
  const patterns = routes.map(({ path, method }) => ({
    method,
    // As Express reads paths: in any case, with or without a slash at the end.
    pattern: new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}/?$`, 'i'),
  }));
  return (request, response, next) => {
    const methods = patterns.flatMap(({ pattern, method }) => (pattern.test(request.path) ? [method] : []));
    if (methods.length === 0) {
      next();
      return;
    }
    const taken = methods.flatMap((method) => (method === 'get' ? ['get', 'head'] : [method]));
    response.setHeader('Allow', [...new Set([...taken, 'options'])].join(', ').toUpperCase());
    if (request.method !== 'OPTIONS') throw new ApiError('wrong-method');
    response.status(204).end();
  };
}

function createHandler(
  route: Route,
  { authenticate, storeIsThere, enquiryIdOf }: MountPorts,
  { body, query }: { body: Check | null; query: Check | null },
): RequestHandler {
  return async (request, response) => {
    response.locals['route'] = route;
    const who = access[route.id];
    if (route.method !== 'get') refuseForeignPage(request);
    if (who !== 'anyone' && !storeIsThere()) throw new ApiError('store-away');
    const caller = who === 'anyone' ? null : await authenticate(request);
    permit({ access: who, caller, write: route.method !== 'get', csrf: request.get('x-csrf-token') });
    response.locals['user'] = caller?.id;
    const params = paramsOf(request);
    if (caller && params['id'] !== undefined && route.path.startsWith(ENQUIRY_PATH)) {
      params['id'] = await enquiryIdOf(caller, params['id']);
    }
    const call: Call = {
      params,
      query: query ? checkedQuery(request, query) : {},
      body: body ? await checkedBody(request, response, body) : undefined,
      get caller(): Caller {
        if (!caller) throw new ApiError('not-signed-in');
        return caller;
      },
      key: keyOf(request),
      request,
      response,
    };
    await writeReply(response, await route.handle(call));
  };
}

function paramsOf(request: Request): Record<string, string> {
  const params: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.params)) {
    if (typeof value !== 'string' || value.length > MAX_PARAM_LENGTH) throw new ApiError('not-found');
    params[name] = value;
  }
  return params;
}

function checkedQuery(request: Request, check: Check): Record<string, unknown> {
  const query: Record<string, unknown> = { ...request.query };
  const findings = check(query);
  if (findings.length > 0) throw new ApiError('wrong-query', undefined, { findings });
  return query;
}

async function checkedBody(request: Request, response: Response, check: Check): Promise<unknown> {
  const body = await readJson(request, response);
  request.body = body;
  const findings = check(body);
  if (findings.length > 0) throw new ApiError('wrong-body', undefined, { findings });
  return body;
}

function keyOf(request: Request): string {
  const key = request.get('idempotency-key');
  if (key === undefined) return randomUUID();
  if (!/^[\w.:-]{1,100}$/.test(key)) {
    throw new ApiError('wrong-header', 'Idempotency-Key has 1 to 100 letters, digits, ".", ":", "_" or "-".');
  }
  return key;
}

async function writeReply(response: Response, reply: AnyReply): Promise<void> {
  if (reply.taken) return;
  for (const [name, value] of Object.entries(reply.headers ?? {})) response.setHeader(name, value);
  response.status(reply.status);
  if (reply.stream === undefined) {
    if (reply.body === undefined) response.end();
    else response.json(reply.body);
  } else if (Buffer.isBuffer(reply.stream)) {
    response.end(reply.stream);
  } else {
    await pipeline(reply.stream, response);
  }
}
