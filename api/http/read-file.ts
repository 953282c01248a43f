import type { Request } from 'express';
import { ApiError } from '../api-error';

/** Reads an uploaded file as it comes in; gives up as soon as it is larger than allowed (`attachment-too-large`). */
export const readFile = async (request: Request, maxBytes: number): Promise<Buffer> => {
  if (Number(request.get('content-length') ?? 0) > maxBytes) throw new ApiError('attachment-too-large');
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    const chunk: Buffer = Buffer.isBuffer(part) ? part : Buffer.from(String(part));
    bytes += chunk.length;
    if (bytes > maxBytes) throw new ApiError('attachment-too-large');
    parts.push(chunk);
  }
  return Buffer.concat(parts);
};
