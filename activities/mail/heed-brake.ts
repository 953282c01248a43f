import type { Channel } from '../../store/channels';
import type { OutboxDue } from '../../store/outbox';
import type { Ports } from '../ports';
import { mirrorDelivery } from './mirror-delivery';

/**
 * Holds automatic mail that was queued before somebody pulled the brake of the channel, and gives what may go. A mail that
 * a person let go is not held again.
 */
export async function heedBrake(ports: Ports, channel: Channel, due: readonly OutboxDue[]): Promise<OutboxDue[]> {
  if (!channel.holdAutomatic) return [...due];
  const { outbox } = ports.store;
  const free: OutboxDue[] = [];
  for (const each of due) {
    const held = outbox.isAutomatic(each.kind) ? await outbox.hold(each._id, HELD_BECAUSE) : null;
    if (held) await mirrorDelivery(ports, held);
    else free.push(each);
  }
  return free;
}

/** Why mail is held while the brake of its channel is on. */
export const HELD_BECAUSE = 'automatic mail of this channel is on hold';
