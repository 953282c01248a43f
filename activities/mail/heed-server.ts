import type { Channel } from '../../store/channels';
import type { Ports } from '../ports';
import type { ServerProof } from './attempt';

/**
 * Pauses a channel whose server refuses the channel itself, with growing pauses in which one mail tries, and resumes it
 * when its server takes mail again. False when the rest of what is due has to wait.
 */
export async function heedServer(ports: Ports, channel: Channel, proofs: readonly ServerProof[]): Promise<boolean> {
  const { store, log } = ports;
  const about = { channel: channel._id };
  const refusal = proofs.find((one) => one.server === 'refuses');
  if (refusal) {
    if (await pause(ports, channel, refusal.reason))
      log({ level: 'error', msg: 'A channel cannot send until its outgoing server is repaired.', ...about });
    return false;
  }
  if (!channel.sending) return true;
  if (proofs.some((one) => one.server === 'works')) {
    await store.channels.resumeSending(channel._id);
    log({ level: 'info', msg: 'A channel sends again.', ...about });
    return true;
  }
  // Nobody answered: what it was paused for still stands.
  if (proofs.length > 0) await pause(ports, channel, channel.sending.reason);
  return false;
}

/** True when it was not paused before. */
async function pause({ store, settings, now }: Ports, channel: Channel, reason: string): Promise<boolean> {
  const { sendRetryFirstMs, sendRetryMaxMs } = settings;
  const seen = channel.sending ?? null;
  const tries = (seen?.tries ?? 0) + 1;
  const pauseMs = Math.min(sendRetryMaxMs, sendRetryFirstMs * 2 ** Math.min(20, tries - 1));
  const nextTryAt = new Date(now().getTime() + pauseMs);
  const since = seen?.since ?? now();
  const paused = await store.channels.pauseSending(channel._id, seen, { since, reason, tries, nextTryAt });
  return paused && seen === null;
}
