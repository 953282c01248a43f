import type { Request } from 'express';
import { ApiError } from '../api-error';

/**
 * Refuses a write that a page of another site makes a browser send, whatever it carries along (`foreign-page`). Browsers
 * say where a request comes from in Sec-Fetch-Site; older ones only in Origin, which is held against Host. Programs send
 * neither.
 */
export const refuseForeignPage = (request: Request): void => {
  const site = request.get('sec-fetch-site');
  const foreign = site === undefined ? hasForeignOrigin(request) : site !== 'same-origin' && site !== 'none';
  if (foreign) throw new ApiError('foreign-page');
};

function hasForeignOrigin(request: Request): boolean {
  const origin = request.get('origin');
  if (origin === undefined) return false;
  try {
    return new URL(origin).host !== request.get('host');
  } catch {
    return true;
  }
}
