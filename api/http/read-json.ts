import { isUtf8 } from 'node:buffer';
import express, { type Request, type Response } from 'express';
import { ApiError } from '../api-error';
import { duplicateKey } from './duplicate-key';

const MAX_JSON_BYTES = 1024 * 1024;

// Unpacks gzip, deflate and br, and counts what comes out.
const readBytes = express.raw({ limit: MAX_JSON_BYTES, type: 'application/json' });

/**
 * Reads the body as JSON in UTF-8 of at most 1 MB (RFC 8259). A request without a body counts as `{}`: many acts need
 * nothing said. Throws `wrong-content-type`, `wrong-json`, `body-too-large`.
 */
export const readJson = async (request: Request, response: Response): Promise<unknown> => {
  if (!hasBody(request)) return {};
  if (!request.is('application/json') || !/^(utf-?8)?$/i.test(charsetOf(request))) {
    throw new ApiError('wrong-content-type');
  }
  await new Promise<void>((resolve, reject) => {
    readBytes(request, response, (error?: Error | 'router' | 'route') => (error ? reject(error) : resolve()));
  });
  const bytes: unknown = request.body;
  if (!Buffer.isBuffer(bytes) || !isUtf8(bytes)) throw new ApiError('wrong-json', 'The body is not UTF-8.');
  return parse(bytes.toString('utf8'));
};

function hasBody(request: Request): boolean {
  return request.headers['transfer-encoding'] !== undefined || Number(request.get('content-length') ?? 0) > 0;
}

function charsetOf(request: Request): string {
  return /;\s*charset="?([^";\s]*)/i.exec(request.get('content-type') ?? '')?.[1] ?? '';
}

function parse(text: string): unknown {
  const value = parsed(text);
  const twice = duplicateKey(text);
  if (twice === null) return value;
  throw new ApiError('wrong-json', `"${twice.slice(0, 100)}" stands twice in the same braces; send it once.`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const place = /position (\d+)/.exec(String(error))?.[1];
    throw new ApiError('wrong-json', place ? `The body is not JSON: it breaks at character ${place}.` : undefined);
  }
}
