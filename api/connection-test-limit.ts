import type { Request, Response } from 'express';
import { rateLimit } from 'express-rate-limit';
import { ApiError } from './api-error';

/** Lets a test of a connection through, or throws `too-many-tries`. */
export type ConnectionTestLimit = (request: Request, response: Response) => Promise<void>;

const windowMs = 5 * 60_000;
const tests = 10;

/** Ten tests in five minutes for each admin: enough to find the right settings, too few to look for open ports. */
export const createConnectionTestLimit = (): ConnectionTestLimit => {
  const limiter = rateLimit({
    windowMs,
    limit: tests,
    keyGenerator: (_request, response) => String(response.locals['user'] ?? ''),
    standardHeaders: false,
    legacyHeaders: false,
    validate: false,
    handler: (_request, response, next) => {
      response.setHeader('Retry-After', String(windowMs / 1000));
      const detail = 'Ten connections may be tested in five minutes. Wait until the time in Retry-After is over.';
      next(new ApiError('too-many-tries', detail));
    },
  });
  return async (request, response) =>
    new Promise<void>((resolve, reject) => {
      void limiter(request, response, (error?: unknown) => (error instanceof Error ? reject(error) : resolve()));
    });
};
