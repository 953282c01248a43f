import { createHash } from 'node:crypto';

const letters = 'abcdefghijklmnopqrstuvwxyz234567';

/** Short enough for plus addresses, whose local part ends at 64 characters (RFC 5321, 4.5.3.1.1). */
function shortDigest(words: string): string {
  const digest = createHash('sha256').update(words).digest();
  return Array.from(digest.subarray(0, 19), (byte) => letters[byte & 31]).join('');
}

/** Id of the enquiry that a delivery starts: the same by whomever and however often it is settled; 20 of [a-z2-7]. */
export function enquiryIdOf(ledgerId: string): string {
  return `e${shortDigest(`enquiry|${ledgerId}`)}`;
}

/** Id of the message a delivery becomes. `round` counts releases: a released mail is kept anew, the old stays where it is. */
export function keptMessageIdOf(ledgerId: string, round: number): string {
  return `m${shortDigest(`message|${ledgerId}|${round}`)}`;
}
