import { failureWords } from '../../flows';
import type { EventDue } from '../../store/events-due';
import type { EventWebhook } from '../../store/event-webhooks';
import { supervisorsOf } from '../notices/supervisors';
import { tellStaff } from '../notices/tell-staff';
import type { ConnectionAnswer, Ports } from '../ports';

type EventPorts = Pick<Ports, 'store' | 'now'>;

/** Why an event was not told; `pauseMs`: the other side asks not to be asked sooner. */
export type Untold = Extract<ConnectionAnswer, { failed: unknown }>['failed'];

const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 4 * 3_600_000;
/** So long an event is tried. */
const GIVEN_UP_AFTER_MS = 72 * 3_600_000;
/** After so many attempts in vain somebody is told (about seven minutes). */
const TOLD_AFTER = 4;
/** What failed for longer has kept others waiting: they are tried at once when it is over. */
const LONG_FAILURE_MS = 60_000;
/** RFC 9110, 15.5.11; Standard Webhooks: who answers it wants no more of them. */
const GONE = 410;

/** Keeps that an event was not told: when it is tried again, or that it is given up, and who hears of it. */
export async function noteUntold(
  ports: EventPorts,
  { _id: id }: EventWebhook,
  due: EventDue,
  failure: Untold,
): Promise<void> {
  const { store, now } = ports;
  const problem = failureWords(failure);
  const over = now().getTime() - due.at.getTime() > GIVEN_UP_AFTER_MS;
  await store.eventsDue.failed(due._id, problem, over ? null : nextTry(due, failure, now()), now());
  await store.eventWebhooks.failing(id, problem, now());
  if (failure.status === GONE) return turnOff(ports, id);
  if (over) return tellOfGivenUp(ports, id);
  if (due.attempt + 1 >= TOLD_AFTER) await tellOfFailure(ports, id, problem);
}

/** Something got through: what waited because nothing did is told now. */
export async function heardAgain({ store, now }: EventPorts, { _id: id, failing }: EventWebhook): Promise<void> {
  if (!failing) return;
  await store.eventWebhooks.change(id, { failing: null });
  if (now().getTime() - failing.since.getTime() > LONG_FAILURE_MS) await store.eventsDue.allDue(id, now());
}

function nextTry({ attempt }: EventDue, { pauseMs = 0 }: Untold, now: Date): Date {
  const own = FIRST_PAUSE_MS * 4 ** attempt;
  return new Date(now.getTime() + Math.min(Math.max(own, pauseMs), LONGEST_PAUSE_MS));
}

async function turnOff(ports: EventPorts, id: string): Promise<void> {
  await ports.store.eventWebhooks.change(id, { enabled: false });
  const text = `The event webhook "${id}" was turned off: the other side answered that it is gone (status ${GONE}). What waits for it is told when an admin turns it on again, or forgotten with it.`;
  await tell(ports, id, { name: `gone:${ports.now().getTime()}`, text });
}

async function tellOfFailure(ports: EventPorts, id: string, problem: string): Promise<void> {
  const since = (await ports.store.eventWebhooks.get(id))?.failing?.since;
  if (!since) return;
  // One event that is refused while others are heard begins a failure of its own each time: nobody is told of each.
  if (ports.now().getTime() - since.getTime() < LONG_FAILURE_MS) return;
  const text = `The event webhook "${id}" cannot be told of anything since ${since.toISOString()}: ${problem}. Its events wait and are tried for three days.`;
  await tell(ports, id, { name: String(since.getTime()), text });
}

/** Once a day, however many were given up. */
async function tellOfGivenUp(ports: EventPorts, id: string): Promise<void> {
  const day = ports.now().toISOString().slice(0, 10);
  const text = `Events of the webhook "${id}" were given up after three days of trying. GET /v1/event-webhooks/${id}/events?state=given-up lists them with the reason; POST /v1/event-webhooks/${id}/retry tries them again.`;
  await tell(ports, id, { name: `given-up:${day}`, text });
}

async function tell(ports: EventPorts, id: string, { name, text }: { name: string; text: string }): Promise<void> {
  await tellStaff(ports, await supervisorsOf(ports, null), {
    id: `event-webhook:${id}:${name}`,
    at: ports.now(),
    sort: 'webhook-failing',
    text,
    enquiry: null,
    channel: null,
  });
}
