/** One log line per request: route, status, time, user id. Never an address, a query, a body or a header. */
import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { RouteId } from '../access';

/** What was measured of one request. */
export interface RequestFacts {
  route: RouteId | 'unknown';
  method: string;
  status: number;
  ms: number;
}

/** Numbers each request, and tells log and metrics what came of it. */
export const createRequestLog =
  (log: Logger, observe: (facts: RequestFacts) => void): RequestHandler =>
  (request, response, next) => {
    const id = randomUUID();
    const started = performance.now();
    response.setHeader('X-Request-Id', id);
    response.on('close', () => {
      const { route, user } = response.locals as { route?: { id: RouteId }; user?: string };
      const ms = Math.round((performance.now() - started) * 10) / 10;
      const facts: RequestFacts = {
        route: route?.id ?? 'unknown',
        method: request.method,
        status: response.statusCode,
        ms,
      };
      observe(facts);
      log.info({ request: id, ...facts, ...(user ? { user } : {}), finished: response.writableFinished }, 'request');
    });
    next();
  };
