import type { EventDue } from '../../store/events-due';
import { eventNames, type EventWebhook } from '../../store/event-webhooks';
import { anything, flag, instant, list, named, nullable, object, text, whole, word, type TypeOf } from '../http/schema';
import { iso, isoOrNull, line, slug } from './basics';

/** What an admin may set of an event webhook. */
export const eventWebhookInput = {
  title: line(80, 'As people see it.'),
  connection: slug('Connection it is told over; it must allow POST.'),
  path: text({ min: 1, max: 500, pattern: '^/[^\\s?#{}]*$', description: "Below the connection's address." }),
  events: list(word(eventNames), { min: 1, max: eventNames.length, description: 'What it hears of.' }),
  channels: nullable(
    list(slug('A channel.'), { min: 1, max: 200, description: 'Only of these channels; null: of all.' }),
  ),
  agent: nullable(
    text({
      max: 100,
      description: 'Only what concerns this agent: offers to him, enquiries he has; null: everything.',
    }),
  ),
  enabled: flag('Off: what happens meanwhile is not told later.'),
} as const;

/** An event webhook as admins see it: everything but its secrets. */
export const eventWebhookShape = named(
  'EventWebhook',
  object({
    id: text(),
    title: text(),
    connection: text(),
    path: text(),
    events: list(word(eventNames)),
    channels: nullable(list(text())),
    agent: nullable(text()),
    enabled: flag(),
    previousSecretUntil: nullable(instant('Until then the former secret signs as well.')),
    failing: nullable(object({ since: instant('Since when nothing gets through.'), why: text() })),
    waiting: whole({ description: 'Events that are still to be told.' }),
    givenUp: whole({ description: 'Events of the last 30 days that were tried for three days in vain.' }),
  }),
);

/** An event webhook as it is answered. */
export const eventWebhookView = (
  webhook: EventWebhook,
  counts: { waiting: number; givenUp: number },
): TypeOf<typeof eventWebhookShape> => {
  const { _id: id, title, connection, path, events, channels, agent, enabled, previousUntil, failing } = webhook;
  const told = failing ? { since: iso(failing.since), why: failing.why } : null;
  const settings = { id, title, connection, path, events, channels, agent, enabled };
  return { ...settings, previousSecretUntil: isoOrNull(previousUntil), failing: told, ...counts };
};

/** An event that waits, or was given up. */
export const eventDueShape = named(
  'EventDue',
  object({
    event: anything('As it is sent.'),
    attempts: whole({}),
    problem: nullable(text({ description: 'Why the last attempt told nobody.' })),
    nextAt: nullable(instant('When it is tried again; null when it was given up.')),
  }),
);

/** A waiting event as it is answered. */
export const eventDueView = ({
  event,
  attempt,
  problem,
  dueAt,
  givenUpAt,
}: EventDue): TypeOf<typeof eventDueShape> => ({
  event,
  attempts: attempt,
  problem,
  nextAt: givenUpAt === null ? iso(dueAt) : null,
});
