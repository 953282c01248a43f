import { createHash } from 'node:crypto';

const letters = 'abcdefghijklmnopqrstuvwxyz234567';

/** 19 letters of a digest: short enough for plus addresses, whose local part ends at 64 characters (RFC 5321, 4.5.3.1.1). */
export function shortDigest(words: string): string {
  const digest = createHash('sha256').update(words).digest();
  return Array.from(digest.subarray(0, 19), (byte) => letters[byte & 31]).join('');
}
