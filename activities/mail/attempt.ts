import { refusesSender, sendMail, type SendResult } from '../../mail/senders';
import type { Channel } from '../../store/channels';
import type { OutboxEntry } from '../../store/outbox';
import type { Ports } from '../ports';
import { finishAttempt } from './finish-attempt';
import { finishDelivery } from './finish-delivery';
import { outgoingServer, unusableServer } from './outgoing-server';
import { resultOfAttempt, withAnotherSender } from './result-of-attempt';

/** One try to send one mail. */
export interface Attempt {
  id: string;
  channel: Channel;
  sender: string;
  signal: AbortSignal;
}

/** What a try says of the channel's server: it takes mail, it refuses the channel as such, or it could not be asked. */
export type ServerProof = { server: 'works' | 'unknown' } | { server: 'refuses'; reason: string };

/**
 * Takes a mail, sends it, and writes down what came of it. The hand-over is recorded before the final dot, so that a
 * crash can only leave `uncertain`, never a second mail; recipients already accepted are not in a later attempt. Null
 * when the mail was not to be had (any more).
 */
export async function attempt(ports: Ports, { id, channel, sender, signal }: Attempt): Promise<ServerProof | null> {
  const { store } = ports;
  const entry = await store.outbox.take(id, sender, ports.now());
  if (!entry) return null;
  const from = senderOf(entry, channel);
  const result = await send(ports, { entry, from, channel, signal });
  const plainly = refusesSender(result) && from !== channel.address;
  const paused = Boolean(channel.sending);
  const ended = plainly ? withAnotherSender(ports, entry, result) : resultOfAttempt(ports, { entry, result, paused });
  const finished = await finishAttempt(ports, entry, ended, signal);
  if (plainly) await sendPlainly(ports, channel);
  // Null: a later sender took the mail for abandoned, and tells what comes of it.
  if (finished) await finishDelivery(ports, finished, channel);
  return proofOf(result);
}

function proofOf({ channelBroken, reason, phase }: SendResult): ServerProof {
  if (channelBroken) return { server: 'refuses', reason };
  return { server: phase === 'connect' ? 'unknown' : 'works' };
}

/** Some servers let only the channel's own address pass: then a bounce is recognised by the Message-ID it quotes. */
const senderOf = ({ envelope }: OutboxEntry, { address, bounceToken = true }: Channel): string =>
  bounceToken ? envelope.from : address;

async function sendPlainly({ store, log }: Ports, { _id }: Channel): Promise<void> {
  await store.channels.change(_id, { bounceToken: false });
  log({
    level: 'warn',
    msg: "The outgoing server takes the channel's own address only as envelope sender.",
    channel: _id,
  });
}

interface Sending {
  entry: OutboxEntry;
  from: string;
  channel: Channel;
  signal: AbortSignal;
}

async function send(ports: Ports, { entry, from, channel, signal }: Sending): Promise<SendResult> {
  const done = new Set([...entry.acceptedRecipients, ...refusedBefore(entry)]);
  const to = entry.envelope.to.filter((each) => !done.has(each));
  let raw: Buffer;
  try {
    raw = await ports.store.blobs.get(entry.blob);
  } catch (error) {
    // Bytes that are lost never come back: this mail fails, and the others of the channel go on.
    if (error instanceof Error && error.name === 'BlobMissing') return bytesLost(to);
    throw error;
  }
  const beforeFinalDot = (): Promise<boolean> => ports.store.outbox.handOver(entry._id, entry.attempt);
  try {
    const server = await outgoingServer(ports, channel);
    return await sendMail({ server, envelope: { from, to }, raw, beforeFinalDot, signal });
  } catch (error) {
    return unusableServer(to, error);
  }
}

/** Who was refused for good in an earlier attempt is not asked again, unless a person had the mail sent again. */
function refusedBefore({ answers, forgivenTo = 0 }: OutboxEntry): string[] {
  const counted = answers.filter(({ attempt: number, code }) => number > forgivenTo && (code ?? 0) >= 500);
  return counted.flatMap(({ recipient }) => (recipient === null ? [] : [recipient]));
}

function bytesLost(to: string[]): SendResult {
  return {
    outcome: 'failed',
    phase: 'connect',
    answer: null,
    code: null,
    recipients: to.map((address) => ({ address, state: 'untried', code: null, answer: null })),
    channelBroken: false,
    reason: 'The bytes of the mail are no longer in the data folder, so it cannot be sent. Write it anew.',
    serverMessageId: null,
  };
}
