/** Turns whatever a route threw into problem details (RFC 9457): the catalogue's, or `internal` with an id. */
import { randomUUID } from 'node:crypto';
import type { ErrorRequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import type { CatalogueEntry } from '../catalogue-entry';
import { ApiError, type ProblemMembers } from '../api-error';
import { errorCatalogue, type ErrorCode } from '../error-catalogue';

/** The answer body of a refusal (RFC 9457). */
interface Problem extends ProblemMembers {
  type: string;
  title: string;
  status: number;
  code: ErrorCode;
  detail: string;
}

/** Makes the answer body of a refusal. */
export const toProblem = (error: ApiError): Problem => {
  const { status, title } = errorCatalogue[error.code];
  return {
    type: `https://ringpost.dev/errors/${error.code}`,
    title,
    status,
    code: error.code,
    detail: error.message,
    ...error.members,
  };
};

/** Writes a refusal. */
export const sendProblem = (response: Response, error: ApiError): void => {
  const { status, retryAfterSeconds }: CatalogueEntry = errorCatalogue[error.code];
  if (retryAfterSeconds !== undefined && !response.getHeader('Retry-After')) {
    response.setHeader('Retry-After', String(retryAfterSeconds));
  }
  if (status === 401) response.setHeader('WWW-Authenticate', 'Bearer realm="ringpost"');
  response
    .status(status)
    .type('application/problem+json')
    .send(JSON.stringify(toProblem(error)));
};

/** The last handler: logs what is not the caller's fault, never its message (mail servers' answers carry addresses). */
export const createProblemHandler =
  (log: Logger): ErrorRequestHandler =>
  (thrown: unknown, request, response, _next) => {
    // Who hung up in the middle of his request wants no answer.
    const gone = request.destroyed && !request.complete;
    const error = gone ? new ApiError('wrong-http') : toApiError(thrown, log);
    if (gone || response.headersSent) {
      response.destroy();
      return;
    }
    sendProblem(response, error);
  };

/** Gives every error a code of the catalogue. Names are compared, never classes: store and client may load twice. */
export const toApiError = (thrown: unknown, log: Logger): ApiError => {
  if (thrown instanceof ApiError) return thrown;
  const known = bodyParserError(thrown) ?? awayError(thrown);
  if (known) return known;
  const instance = `urn:uuid:${randomUUID()}`;
  log.error({ instance, fault: faultOf(thrown) }, 'request failed for a reason nobody foresaw');
  return new ApiError('internal', undefined, { instance });
};

function bodyParserError(thrown: unknown): ApiError | null {
  const type = memberOf(thrown, 'type');
  if (type === 'entity.too.large') return new ApiError('body-too-large');
  if (type === 'entity.parse.failed' || type === 'request.size.invalid' || type === 'request.aborted') {
    return new ApiError('wrong-json');
  }
  // A compressed body that cannot be unpacked has no type.
  if (memberOf(thrown, 'expose') === true && memberOf(thrown, 'status') === 400) return new ApiError('wrong-json');
  if (type === 'encoding.unsupported' || type === 'charset.unsupported') return new ApiError('wrong-content-type');
  // Express throws these for a path or query that is not valid percent-encoding.
  if (thrown instanceof URIError) return new ApiError('unknown-route');
  return null;
}

// Deadline (the native client says "cancelled" for it), no room, no line (for which it may say "unknown"), and what a
// server says that has just come back: a task that carried the act was dropped (9), a state moved on (10), 13 its own fault.
const GRPC_AWAY = new Set([1, 2, 4, 8, 9, 10, 13, 14]);

/** Errors of store and Temporal client that people can do something about. */
function awayError(thrown: unknown): ApiError | null {
  const name = memberOf(thrown, 'name');
  if (
    typeof name === 'string' &&
    (name === 'StoreAway' || name.startsWith('MongoServerSelection') || name.startsWith('MongoNetwork'))
  ) {
    return new ApiError('store-away');
  }
  if (name === 'TemporalAway') return new ApiError('temporal-away');
  if (name === 'NotReleasable') {
    const state = memberOf(thrown, 'verdict');
    return new ApiError('wrong-state', 'This mail cannot be released (any more). Read its ledger entry again.', {
      state,
    });
  }
  if (name === 'BlobMissing') return new ApiError('mail-not-here');
  if (name === 'DiskFull') return new ApiError('disk-full');
  const cause = memberOf(thrown, 'cause');
  const code = memberOf(thrown, 'code') ?? memberOf(cause, 'code');
  if ((name === 'ServiceError' || memberOf(thrown, 'metadata') !== undefined) && GRPC_AWAY.has(Number(code))) {
    return new ApiError('temporal-away');
  }
  return null;
}

/** Where an unforeseen error came from, without what it says: name, code, and the frames of our own stack. */
export const faultOf = (thrown: unknown): { name: string; code?: number | string; stack: string[] } => {
  if (!(thrown instanceof Error)) return { name: typeof thrown, stack: [] };
  const frames = (thrown.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const code = memberOf(thrown, 'code') ?? memberOf(thrown.cause, 'code');
  const stack = frames.slice(0, 8).map((line) => line.trim());
  return { name: thrown.name, ...(isCode(code) ? { code } : {}), stack };
};

/** A number, or a word of a fixed list ("ECONNREFUSED"): never a sentence. */
function isCode(code: unknown): code is number | string {
  return typeof code === 'string' ? /^[A-Z][A-Z0-9_]{1,60}$/.test(code) : Number.isInteger(code);
}

function memberOf(value: unknown, member: string): unknown {
  return typeof value === 'object' && value !== null && member in value ? Reflect.get(value, member) : undefined;
}
