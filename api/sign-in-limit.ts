import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';
import { ipKeyGenerator, rateLimit, type RateLimitRequestHandler } from 'express-rate-limit';
import { ApiError } from './api-error';

/** Lets a sign-in try through, or throws `too-many-tries`. */
export type SignInLimit = (request: Request, response: Response) => Promise<void>;

/**
 * Failed tries are counted per address (or the signed-in user, where no address is sent) and client together, per client, and per address; the last is the most generous,
 * so that a stranger cannot easily lock somebody out.
 */
export const createSignInLimit = (limits: { tries: number; windowMs: number }): SignInLimit => {
  const { tries, windowMs } = limits;
  const limiter = (limit: number, keyGenerator: (request: Request) => string): RateLimitRequestHandler =>
    rateLimit({
      windowMs,
      limit,
      keyGenerator,
      skipSuccessfulRequests: true,
      standardHeaders: false,
      legacyHeaders: false,
      validate: false,
      handler: (_request, response, next) => {
        response.setHeader('Retry-After', String(Math.ceil(windowMs / 1000)));
        next(new ApiError('too-many-tries'));
      },
    });
  const limiters = [
    limiter(tries, (request) => `${addressOf(request)} ${clientOf(request)}`),
    limiter(tries * 5, clientOf),
    limiter(tries * 10, addressOf),
  ];
  return async (request, response) => {
    for (const each of limiters) {
      await new Promise<void>((resolve, reject) => {
        void each(request, response, (error?: unknown) => (error instanceof Error ? reject(error) : resolve()));
      });
    }
  };
};

function clientOf(request: Request): string {
  return ipKeyGenerator(request.ip ?? 'unknown');
}

function addressOf(request: Request): string {
  const body: unknown = request.body;
  const signedIn = String(request.res?.locals['user'] ?? '');
  const email = typeof body === 'object' && body !== null && 'email' in body ? String(body.email) : signedIn;
  return createHash('sha256').update(email.trim().toLowerCase()).digest('hex');
}
