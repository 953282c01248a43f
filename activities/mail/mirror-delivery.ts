import type { OutboxEntry } from '../../store/outbox';
import type { Ports } from '../ports';

/** Shows how a mail fares where people look: on its message, with a hint to whoever has the enquiry open. */
export async function mirrorDelivery({ store, now }: Pick<Ports, 'store' | 'now'>, entry: OutboxEntry): Promise<void> {
  const answer = entry.answers.at(-1)?.text ?? null;
  if (entry.message) await store.messages.setDelivery(entry.message, { state: entry.state, at: now(), answer });
  if (entry.enquiry) store.hints.tell({ about: 'enquiry', id: entry.enquiry, channel: entry.channel });
}
