import { randomUUID } from 'node:crypto';
import type { Channel } from '../../store/channels';
import type { OutboxDue } from '../../store/outbox';
import type { MailActivities } from '../effects';
import { longRun } from '../long-run';
import type { LongRun, Ports } from '../ports';
import { attempt } from './attempt';
import { heedBrake } from './heed-brake';
import { heedCourse } from './heed-course';
import { heedNewerMail } from './heed-newer-mail';
import { finishDelivery } from './finish-delivery';
import { heedServer } from './heed-server';
import { nextHint } from './next-hint';
import { createPace, type Pace } from './pace';

/** Ends in time to run again before the activity's own limit of a day. */
const SHIFT_MS = 12 * 3_600_000;
const AT_ONCE = 8;
const AT_A_TIME = 50;

/** Sends what is due on a channel until the channel is deleted. One sender a channel; two are harmless by the attempts. */
export const deliver =
  (ports: Ports): MailActivities['deliver'] =>
  ({ channelId }) =>
    longRun(ports.stopping, (run) => sendUntilGone(ports, channelId, run));

async function sendUntilGone(ports: Ports, channelId: string, run: LongRun): Promise<{ gone: boolean }> {
  const sender = randomUUID();
  const { store } = ports;
  const end = Date.now() + SHIFT_MS;
  const pace = createPace(ports.now);
  const taken = await store.outbox.abandoned(channelId, sender, ports.now());
  for (const entry of taken) await finishDelivery(ports, entry, await store.channels.get(channelId));
  while (!run.signal.aborted && Date.now() < end) {
    const channel = await store.channels.get(channelId);
    if (!channel) return { gone: true };
    const woken = nextHint(ports, (hint) => hint.about === 'outbox' && hint.channel === channelId, run.signal);
    const due = await dueNow(ports, channel, pace);
    if (due.length === 0) {
      await woken.promise;
      continue;
    }
    woken.drop();
    await sendAll(ports, { channel, due, sender, run, pace });
  }
  return { gone: false };
}

/** What may go now; of a channel that is paused one mail at a time, to try its server. */
async function dueNow({ store, now }: Ports, channel: Channel, pace: Pace): Promise<OutboxDue[]> {
  const { _id, sending, sendsPerMinute = null } = channel;
  const room = Math.min(AT_A_TIME, pace.room(sendsPerMinute));
  if (room === 0) return [];
  if (!sending) return store.outbox.due(now(), _id, room);
  return sending.nextTryAt > now() ? [] : store.outbox.due(now(), _id, 1);
}

async function sendAll(
  ports: Ports,
  { channel, due, sender, run, pace }: { channel: Channel; due: OutboxDue[]; sender: string; run: LongRun; pace: Pace },
): Promise<void> {
  const wanted = await heedCourse(ports, await heedBrake(ports, channel, due));
  const free = await heedNewerMail(ports, wanted);
  for (let from = 0; from < free.length && !run.signal.aborted; from += AT_ONCE) {
    const batch = free.slice(from, from + AT_ONCE);
    pace.count(batch.length);
    const tries = await Promise.allSettled(
      batch.map((each) => attempt(ports, { id: each._id, channel, sender, signal: run.signal })),
    );
    const proofs = tries.flatMap((one) => (one.status === 'fulfilled' && one.value ? [one.value] : []));
    const goesOn = await heedServer(ports, channel, proofs);
    // Not before all of the batch have ended: a sender that begins anew would take theirs for abandoned.
    const failure = tries.find((one) => one.status === 'rejected');
    if (failure) throw failure.reason;
    if (!goesOn) return;
  }
}
