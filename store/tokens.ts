import { createHash, randomBytes } from 'node:crypto';

/** A new secret of 256 bits, fit for cookies and links. */
export const newToken = (): string => randomBytes(32).toString('base64url');

/** What is stored of a token. A plain digest suffices: tokens are 256 random bits, not passwords. */
export const digestOf = (token: string): string => createHash('sha256').update(token).digest('hex');
