import { createHmac } from 'node:crypto';

/** What every secret begins with. */
export const SECRET_PREFIX = 'whsec_';

/**
 * Headers that prove who sends a body and when, by every secret that holds now.
 * Standard Webhooks 1.0 (github.com/standard-webhooks/standard-webhooks): HMAC-SHA256 of `id.timestamp.body` in base64.
 */
export function signatureHeaders(
  { id, at, body }: { id: string; at: Date; body: string },
  secrets: readonly string[],
): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}
