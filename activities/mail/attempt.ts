import { sendMail, type SendResult, type SendServer } from '../../mail/senders';
import type { Channel } from '../../store/channels';
import type { AttemptResult, OutboxEntry, ServerAnswer } from '../../store/outbox';
import type { Ports } from '../ports';
import { mirrorDelivery } from './mirror-delivery';

/** One try to send one mail. */
export interface Attempt {
  id: string;
  channel: Channel;
  sender: string;
  signal: AbortSignal;
}

/**
 * Takes a mail, sends it, and writes down what came of it. The hand-over is recorded before the final dot, so that a
 * crash can only leave `uncertain`, never a second mail; recipients already accepted are not in a later attempt.
 */
export async function attempt(ports: Ports, { id, channel, sender, signal }: Attempt): Promise<void> {
  const { store } = ports;
  const entry = await store.outbox.take(id, sender, ports.now());
  if (!entry) return;
  const result = await send(ports, entry, channel, signal);
  const finished = await store.outbox.finish(id, entry.attempt, attemptResult(ports, entry, result));
  if (!finished) return;
  await mirrorDelivery(ports, finished);
  if (finished.state === 'sent' && channel.copyToSent && !finished.copiedToSent) await copy(ports, finished, channel);
  const refused = result.recipients.some((each) => each.state === 'refused');
  if ((finished.state === 'failed' || refused) && finished.enquiry) {
    await ports.workflows.deliveryFailed(finished.enquiry, { outboxId: id });
  }
  if (result.channelBroken) {
    const about = { channel: channel._id, reason: result.reason };
    ports.log({ level: 'error', msg: 'A channel cannot send until its outgoing server is repaired.', ...about });
  }
}

/** A copy that fails is told to the operator and never makes the mail be sent again. */
async function copy(ports: Ports, entry: OutboxEntry, channel: Channel): Promise<void> {
  try {
    const raw = await ports.store.blobs.get(entry.blob);
    if (await ports.copyToSent(channel, raw)) await ports.store.outbox.copied(entry._id);
  } catch (error) {
    ports.log({ level: 'warn', msg: 'A sent mail could not be copied to Sent.', outbox: entry._id, error });
  }
}

async function send(ports: Ports, entry: OutboxEntry, channel: Channel, signal: AbortSignal): Promise<SendResult> {
  const done = new Set([...entry.acceptedRecipients, ...refusedBefore(entry)]);
  const to = entry.envelope.to.filter((each) => !done.has(each));
  const raw = await ports.store.blobs.get(entry.blob);
  const beforeFinalDot = (): Promise<boolean> => ports.store.outbox.handOver(entry._id, entry.attempt);
  try {
    const server = await serverOf(ports, channel);
    return await sendMail({ server, envelope: { from: entry.envelope.from, to }, raw, beforeFinalDot, signal });
  } catch (error) {
    return notReached(to, error instanceof Error ? error.message : String(error));
  }
}

/** Who was refused for good in an earlier attempt is not asked again. */
function refusedBefore(entry: OutboxEntry): string[] {
  return entry.answers.flatMap(({ recipient, code }) => (recipient !== null && (code ?? 0) >= 500 ? [recipient] : []));
}

async function serverOf({ sinkFolder, store, resolveHost }: Ports, { server }: Channel): Promise<SendServer> {
  if (server.kind === 'sink') return { kind: 'sink', folder: sinkFolder };
  const password = server.secret === null ? null : store.secrets.open(server.secret);
  return {
    kind: 'smtp',
    host: server.host,
    port: server.port,
    tls: server.tls,
    ca: server.ca ?? null,
    connectTo: await resolveHost(server.host, server.port),
    auth: server.user !== null && password !== null ? { kind: 'password', user: server.user, password } : null,
  };
}

function notReached(to: string[], reason: string): SendResult {
  return {
    outcome: 'retry',
    phase: 'connect',
    answer: null,
    code: null,
    recipients: to.map((address) => ({ address, state: 'untried', code: null, answer: null })),
    channelBroken: false,
    reason,
    serverMessageId: null,
  };
}

function attemptResult(ports: Ports, entry: OutboxEntry, result: SendResult): AttemptResult {
  const now = ports.now();
  const accepted = result.recipients.filter((each) => each.state === 'accepted').map((each) => each.address);
  const left = result.recipients.some((each) => each.state === 'deferred' || each.state === 'untried');
  const common = { answers: answersOf(entry, result, now), acceptedRecipients: accepted, now };
  switch (result.outcome) {
    case 'uncertain':
      return { ...common, state: 'uncertain' };
    case 'failed':
      // Somebody has it: what the others' servers said stands in the answers, and the agent is told.
      return { ...common, state: entry.acceptedRecipients.length > 0 ? 'sent' : 'failed' };
    case 'dropped':
      return { ...common, state: 'queued', nextAttemptAt: now };
    case 'sent':
      return left ? again(ports, entry, common) : { ...common, state: 'sent' };
    case 'retry':
      return again(ports, entry, common);
  }
}

function again(ports: Ports, entry: OutboxEntry, common: Omit<AttemptResult, 'state'>): AttemptResult {
  const { sendRetryFirstMs, sendRetryMaxMs, sendGiveUpMs } = ports.settings;
  if (common.now.getTime() - entry.queuedAt.getTime() > sendGiveUpMs) return { ...common, state: 'failed' };
  const pause = Math.min(sendRetryMaxMs, sendRetryFirstMs * 2 ** Math.min(20, entry.attempt - 1));
  return { ...common, state: 'queued', nextAttemptAt: new Date(common.now.getTime() + pause) };
}

function answersOf(entry: OutboxEntry, result: SendResult, at: Date): ServerAnswer[] {
  const whole = {
    at,
    attempt: entry.attempt,
    recipient: null,
    code: result.code,
    text: result.answer ?? result.reason,
  };
  const each = result.recipients
    .filter((one) => one.state === 'refused' || (one.answer !== null && one.answer !== result.answer))
    .map((one) => ({ at, attempt: entry.attempt, recipient: one.address, code: one.code, text: one.answer ?? '' }));
  return [...each, whole];
}
