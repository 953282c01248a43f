import type { SendResult } from '../../mail/senders';
import type { AttemptResult, OutboxEntry, ServerAnswer } from '../../store/outbox';
import type { Ports } from '../ports';

/** What an attempt means for the mail: done, or queued again, and when. `paused`: it was the try of a paused channel. */
export function resultOfAttempt(
  ports: Pick<Ports, 'now' | 'settings'>,
  { entry, result, paused }: { entry: OutboxEntry; result: SendResult; paused: boolean },
): AttemptResult {
  const now = ports.now();
  const accepted = result.recipients.filter((each) => each.state === 'accepted').map((each) => each.address);
  const left = result.recipients.some((each) => each.state === 'deferred' || each.state === 'untried');
  const { serverMessageId } = result;
  const common = { answers: answersOf(entry, result, now), acceptedRecipients: accepted, serverMessageId, now };
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
      // The channel waits as a whole; the mail does not age by it.
      return result.channelBroken || (paused && result.phase === 'connect')
        ? { ...common, state: 'queued', nextAttemptAt: now }
        : again(ports, entry, common);
  }
}

/** The envelope sender was refused, not the mail: at once again with another; no recipient counts as refused by it. */
export function withAnotherSender({ now }: Pick<Ports, 'now'>, entry: OutboxEntry, result: SendResult): AttemptResult {
  const at = now();
  const answers = answersOf(entry, result, at).filter(({ recipient }) => recipient === null);
  return { state: 'queued', answers, acceptedRecipients: [], nextAttemptAt: at, now: at };
}

/**
 * Later, or never. Given up is by the pauses a mail was told to wait, not by its age: the days in which its channel was
 * paused, or nobody sent at all, are not the mail's fault.
 */
function again(
  { settings }: Pick<Ports, 'settings'>,
  entry: OutboxEntry,
  common: Omit<AttemptResult, 'state'>,
): AttemptResult {
  const { sendRetryFirstMs, sendRetryMaxMs, sendGiveUpMs } = settings;
  const pauseAfter = (refusals: number): number =>
    Math.min(sendRetryMaxMs, sendRetryFirstMs * 2 ** Math.min(20, refusals));
  const refusals = entry.refusals ?? 0;
  let waited = 0;
  for (let each = 0; each < refusals && waited <= sendGiveUpMs; each += 1) waited += pauseAfter(each);
  if (waited > sendGiveUpMs) return { ...common, state: 'failed' };
  const nextAttemptAt = new Date(common.now.getTime() + pauseAfter(refusals));
  return { ...common, state: 'queued', nextAttemptAt, refused: true };
}

function answersOf(entry: OutboxEntry, result: SendResult, at: Date): ServerAnswer[] {
  const { attempt } = entry;
  const each = result.recipients
    .filter((one) => one.state === 'refused' || (one.answer !== null && one.answer !== result.answer))
    .map((one) => ({ at, attempt, recipient: one.address, code: one.code, text: one.answer ?? '' }));
  return [...each, { at, attempt, recipient: null, code: result.code, text: result.answer ?? result.reason }];
}
