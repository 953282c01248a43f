/**
 * Whether a permanent failure is the recipient's address itself (RFC 3463: 5.1.x), so that no mail will ever arrive
 * there. 5.1.7 and 5.1.8 are about the sender's address. Takes a status code or a server's answer that names one.
 */
export function isBadAddress(words: string | null): boolean {
  const detail = /(?:^|[\s;:(-])5\.1\.(\d{1,3})\b/.exec(words ?? '')?.[1];
  return detail !== undefined && detail !== '7' && detail !== '8';
}
