import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { fillRequest, readAnswer, requestPlaces, withoutPersonal, type WebhookFailure } from '../../flows';
import type { EffectActivities, EffectCall } from '../effects';
import type { ReadInbound } from '../inbound-messages';
import type { ConnectionAnswer, Ports } from '../ports';
import { keepPersonal } from './keep-personal';
import { readFacts } from './store-facts';

type WebhookPorts = Pick<Ports, 'store' | 'now' | 'askConnection'>;
type Call = EffectCall<'callWebhook'>;

const LONGEST_PAUSE_MS = 300_000;

/**
 * Asks another system for a `webhook` node. The request is filled in here, next to the store; what goes back is what the
 * flow saves in open variables (of personal ones the values stay in the store), or why it could not be had. Temporal tries again what may be better next time, after the pause the flow
 * names; how often is counted here, so that only an answer of the other system ends it, never a store that is away.
 */
export const callWebhook =
  (ports: WebhookPorts, readInbound: ReadInbound): EffectActivities['callWebhook'] =>
  async (call) => {
    const { effect } = call;
    const { info, cancellationSignal } = Context.current();
    const attempts = info.attempt;
    const asked = await ask(ports, readInbound, call, cancellationSignal);
    if ('saved' in asked) return asked;
    if (cancellationSignal.aborted) throw ApplicationFailure.retryable('This process is stopping.', 'Stopping');
    const { again, pauseMs = 0, ...failure } = asked.failed;
    if (!again || attempts >= effect.retry.maxAttempts) return { failed: { ...failure, attempts } };
    const { intervalMs, backoffRate } = effect.retry;
    const pause = Math.min(Math.max(intervalMs * backoffRate ** (attempts - 1), pauseMs), LONGEST_PAUSE_MS);
    throw ApplicationFailure.create({
      type: 'WebhookAgain',
      message: `The connection is asked again: ${failure.code}${failure.status === undefined ? '' : ` ${failure.status}`}.`,
      nextRetryDelay: Math.max(1, Math.round(pause)),
    });
  };

/** Visits are counted anew when an enquiry is opened again, and what is asked then is not what was asked before. */
const keyOf = ({ enquiryId, effect: { node, visit, reopened } }: Call): string =>
  `${enquiryId}/${node}/${reopened === undefined ? '' : `${reopened}-`}${visit}`;

type Asked =
  | { saved: Record<string, string | number | boolean> }
  | { failed: WebhookFailure & { again?: boolean; pauseMs?: number } };

async function ask(
  { store, now, askConnection }: WebhookPorts,
  readInbound: ReadInbound,
  call: Call,
  signal: AbortSignal,
): Promise<Asked> {
  const { enquiryId, channelId, contact, effect } = call;
  const connection = await store.connections.get(effect.connection);
  if (!connection) return { failed: { code: 'no-connection' } };
  const known = effect.facts;
  const paths = requestPlaces(effect.request, known);
  const values = await readFacts({ store, now, readInbound }, { enquiryId, channelId, contact, known, paths });
  const filled = fillRequest(effect.request, known, (path) => values.get(path));
  if (!filled) return { failed: { code: 'wrong-path' } };
  const answer: ConnectionAnswer = await askConnection(connection, {
    ...filled.request,
    timeoutMs: effect.timeoutMs,
    wantsAnswer: Object.keys(effect.save).length > 0,
    key: keyOf(call),
    signal,
  });
  if ('failed' in answer) return answer;
  const read = readAnswer(answer.answer, effect.save, filled.personal);
  if ('failed' in read) return read;
  const { open, personal } = withoutPersonal(read.saved, effect.save);
  await keepPersonal({ store, now }, call, personal);
  return { saved: open };
}
