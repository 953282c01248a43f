import type { Store } from '../../store';
import type { Channel } from '../../store/channels';

/**
 * The channel that takes mail for a recipient, or null. Whatever stands behind a `+` leads to the same channel: our own
 * tokens, and those that were mangled on the way, must not cost the customer his mail; intake reads what they are worth.
 */
export async function recipientChannel({ store }: { store: Store }, recipient: string): Promise<Channel | null> {
  const address = recipient.trim().toLowerCase();
  const at = address.lastIndexOf('@');
  const local = address.slice(0, Math.max(at, 0));
  const plus = local.indexOf('+');
  const whole = await store.channels.byAddress(address);
  const base = plus > 0 ? `${local.slice(0, plus)}${address.slice(at)}` : null;
  const channel = whole ?? (base ? await store.channels.byAddress(base) : null);
  return channel?.receive.smtp ? channel : null;
}
