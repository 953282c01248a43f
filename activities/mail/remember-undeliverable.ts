import { isBadAddress } from '../../mail/reports/bad-address';
import type { OutboxEntry } from '../../store/outbox';
import type { Ports } from '../ports';

/** Keeps the addresses that the outgoing server refused in the last attempt because they do not exist (email.md L5). */
export async function rememberUndeliverable(
  { store, settings, now }: Pick<Ports, 'store' | 'settings' | 'now'>,
  { _id: outbox, enquiry, channel, attempt, answers }: OutboxEntry,
): Promise<void> {
  for (const { attempt: number, recipient, code, text, at } of answers) {
    if (number !== attempt || recipient === null || (code ?? 0) < 500 || !isBadAddress(text)) continue;
    const status = /5\.1\.\d{1,3}/.exec(text)?.[0] ?? null;
    const expiresAt = new Date(at.getTime() + settings.undeliverableMs);
    const about = {
      why: 'bounced' as const,
      status,
      text: text.slice(0, 1000),
      outbox,
      enquiry,
      channel,
      at,
      expiresAt,
    };
    await store.undeliverable.remember(recipient, { ...about, now: now() });
  }
}
