/** What makes two deliveries the same mail. */
import { createHash } from 'node:crypto';
import { addressKey } from './addresses';
import type { ParsedMail } from './parsed-mail';

/**
 * SHA-256 of From, Date, Subject, Message-ID and the decoded parts; trace headers and transfer encodings, which
 * relays change, never matter.
 */
export function contentHash(mail: ParsedMail): string {
  const from = mail.from.map(({ address, name }) => [addressKey(address), name]);
  const date = mail.date?.toISOString() ?? mail.headers.get('date')?.[0] ?? '';
  const words = JSON.stringify([from, date, mail.subject, mail.messageId ?? '', mail.bodyDigest]);
  return createHash('sha256').update(words).digest('hex');
}
