import { randomUUID } from 'node:crypto';
import type { MailActivities } from '../effects';
import { longRun } from '../long-run';
import type { LongRun, Ports } from '../ports';
import { attempt } from './attempt';
import { mirrorDelivery } from './mirror-delivery';

/** Ends in time to run again before the activity's own limit of a day. */
const SHIFT_MS = 12 * 3_600_000;
const POLL_MS = 1_000;
const AT_ONCE = 8;

/** Sends what is due on a channel until the channel is deleted. One sender a channel; two are harmless by the attempts. */
export const deliver =
  (ports: Ports): MailActivities['deliver'] =>
  ({ channelId }) =>
    longRun(ports.stopping, (run) => sendUntilGone(ports, channelId, run));

async function sendUntilGone(ports: Ports, channelId: string, run: LongRun): Promise<{ gone: boolean }> {
  const sender = randomUUID();
  const { store } = ports;
  const end = Date.now() + SHIFT_MS;
  for (const entry of await store.outbox.abandoned(channelId, sender, ports.now())) await mirrorDelivery(ports, entry);
  while (!run.signal.aborted && Date.now() < end) {
    const channel = await store.channels.get(channelId);
    if (!channel) return { gone: true };
    const woken = nextHint(ports, channelId, run.signal);
    const due = await store.outbox.due(ports.now(), channelId);
    if (due.length === 0) {
      await woken.promise;
      continue;
    }
    woken.drop();
    for (let from = 0; from < due.length && !run.signal.aborted; from += AT_ONCE) {
      const batch = due.slice(from, from + AT_ONCE);
      await Promise.all(batch.map((each) => attempt(ports, { id: each._id, channel, sender, signal: run.signal })));
    }
  }
  return { gone: false };
}

/** Resolves on a hint that the channel has mail, after a second, or when we stop. Listens from now on. */
function nextHint({ store }: Ports, channelId: string, signal: AbortSignal): { promise: Promise<void>; drop(): void } {
  let drop = (): void => {};
  const promise = new Promise<void>((resolve) => {
    const timer = setTimeout(() => drop(), POLL_MS);
    const stop = store.hints.listen((hint) => {
      if (hint.about === 'outbox' && hint.channel === channelId) drop();
    });
    const onAbort = (): void => drop();
    signal.addEventListener('abort', onAbort, { once: true });
    drop = () => {
      clearTimeout(timer);
      stop();
      signal.removeEventListener('abort', onAbort);
      resolve();
    };
  });
  return { promise, drop: () => drop() };
}
