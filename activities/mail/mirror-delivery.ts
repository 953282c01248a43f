import type { OutboxEntry } from '../../store/outbox';
import type { Ports } from '../ports';

/**
 * Shows how a mail fares where people look: on its message, with a hint to whoever has the enquiry open. A delivery
 * report may be faster than we are; "sent" is no news beside what it said.
 */
export async function mirrorDelivery({ store, now }: Pick<Ports, 'store' | 'now'>, entry: OutboxEntry): Promise<void> {
  const { state } = entry;
  const answer = entry.answers.at(-1)?.text ?? null;
  const newer = state === 'failed' ? ['bounced'] : ['bounced', 'delayed'];
  if (entry.message) await store.messages.setDelivery(entry.message, { state, at: now(), answer }, newer);
  if (entry.enquiry) store.hints.tell({ about: 'enquiry', id: entry.enquiry, channel: entry.channel });
}
