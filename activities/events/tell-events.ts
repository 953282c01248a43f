import { setTimeout as pause } from 'node:timers/promises';
import type { Json } from '../../flows';
import type { EventDue } from '../../store/events-due';
import type { EventWebhook } from '../../store/event-webhooks';
import type { MailActivities } from '../effects';
import { longRun } from '../long-run';
import { nextHint } from '../mail/next-hint';
import type { LongRun, Ports } from '../ports';
import { heardAgain, noteUntold, type Untold } from './note-untold';
import { signatureHeaders } from './sign-event';

/** Ends in time to run again before the activity's own limit of a day. */
const SHIFT_MS = 12 * 3_600_000;
const AT_A_TIME = 8;
const TIMEOUT_MS = 15_000;
/** While nothing gets through one event is tried at a time, so long after the last (ms). */
const FAILING_PAUSE_MS = 1_000;

/** Tells a webhook what waits for it, until it is deleted. Each event at least once, in no promised order. */
export const tellEvents =
  (ports: Ports): MailActivities['tellEvents'] =>
  ({ webhook }) =>
    longRun(ports.stopping, (run) => tellUntilGone(ports, webhook, run));

async function tellUntilGone(ports: Ports, id: string, run: LongRun): Promise<{ gone: boolean }> {
  const { store, now } = ports;
  const end = Date.now() + SHIFT_MS;
  while (!run.signal.aborted && Date.now() < end) {
    const webhook = await store.eventWebhooks.get(id);
    if (!webhook) {
      await store.eventsDue.forget(id);
      return { gone: true };
    }
    const woken = nextHint(ports, (hint) => hint.about === 'events' && hint.webhook === id, run.signal);
    const due = webhook.enabled ? await store.eventsDue.due(id, now(), webhook.failing ? 1 : AT_A_TIME) : [];
    if (due.length === 0) {
      await woken.promise;
      continue;
    }
    woken.drop();
    const heard = await Promise.all(due.map((each) => tellOne(ports, webhook, each, run.signal)));
    if (heard.some(Boolean)) await heardAgain(ports, webhook);
    else await pause(FAILING_PAUSE_MS, undefined, { signal: run.signal }).catch(() => undefined);
  }
  return { gone: false };
}

/** Tells one event and keeps what came of it; true when it was heard. */
async function tellOne(ports: Ports, webhook: EventWebhook, due: EventDue, signal: AbortSignal): Promise<boolean> {
  const failure = await send(ports, webhook, due, signal);
  if (failure === null) {
    await ports.store.eventsDue.told(due._id);
    return true;
  }
  if (!signal.aborted) await noteUntold(ports, webhook, due, failure);
  return false;
}

/** What went wrong; null when it was told. */
async function send(
  { store, askConnection, now }: Ports,
  webhook: EventWebhook,
  { event }: EventDue,
  signal: AbortSignal,
): Promise<Untold | null> {
  const connection = await store.connections.get(webhook.connection);
  if (!connection) return { code: 'no-connection' };
  const text = JSON.stringify(event);
  const body: Json = JSON.parse(text);
  const at = now();
  const secrets = secretsOf(store, webhook, at);
  if (!secrets) return { code: 'secret-unreadable' };
  const answer = await askConnection(connection, {
    method: 'POST',
    path: webhook.path,
    query: {},
    body,
    headers: signatureHeaders({ id: event.id, at, body: text }, secrets),
    timeoutMs: TIMEOUT_MS,
    wantsAnswer: false,
    key: event.id,
    signal,
  });
  return 'failed' in answer ? answer.failed : null;
}

function secretsOf(store: Ports['store'], webhook: EventWebhook, at: Date): string[] | null {
  const { secret, previousSecret, previousUntil } = webhook;
  const holds = previousSecret !== null && previousUntil !== null && previousUntil > at;
  try {
    return [secret, ...(holds ? [previousSecret] : [])].map((each) => store.secrets.open(each));
  } catch {
    return null;
  }
}
