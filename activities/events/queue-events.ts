import type { EnquiryState, TraceEntry } from '../../flows/state';
import type { EventWebhook } from '../../store/event-webhooks';
import type { OutboxEntry } from '../../store/outbox';
import type { Ports } from '../ports';
import { happeningsOf, type Happening } from './event-of';

type EventPorts = Pick<Ports, 'store' | 'now'>;

/** Queues what a burst means for the webhooks that want to hear of it. Without webhooks it reads and writes nothing. */
export async function queueEventsOf(
  ports: EventPorts,
  state: EnquiryState,
  trace: readonly TraceEntry[],
  { first, numberOf }: { first: boolean; numberOf: () => Promise<number> },
): Promise<void> {
  const webhooks = await listening(ports, state.channelId);
  if (webhooks.length === 0) return;
  await queueFor(ports, webhooks, happeningsOf(state, trace, { number: await numberOf(), first }));
}

/** Queues that a mail of an enquiry has left. */
export async function queueSent(ports: EventPorts, entry: OutboxEntry): Promise<void> {
  const { enquiry, channel, message, kind, _id: id } = entry;
  if (!enquiry) return;
  const webhooks = await listening(ports, channel);
  if (webhooks.length === 0) return;
  const stored = await ports.store.enquiries.get(enquiry);
  const data = {
    enquiry: { id: enquiry, number: stored?.number ?? 0, channel },
    message: { id: message, outbox: id, kind },
  };
  const timestamp = ports.now().toISOString();
  const agents = stored?.assignee ? [stored.assignee] : [];
  await queueFor(ports, webhooks, [
    { event: { id: `${id}:sent`, type: 'message.sent', timestamp, data }, channel, agents },
  ]);
}

async function listening({ store }: EventPorts, channel: string): Promise<EventWebhook[]> {
  const all = await store.eventWebhooks.list();
  return all.filter(({ enabled, channels }) => enabled && (channels === null || channels.includes(channel)));
}

async function queueFor(ports: EventPorts, webhooks: EventWebhook[], happenings: Happening[]): Promise<void> {
  const { store } = ports;
  const wanted = webhooks.flatMap((webhook) =>
    happenings.filter((each) => wants(webhook, each)).map(({ event }) => ({ webhook: webhook._id, event })),
  );
  await Promise.all(wanted.map(({ webhook, event }) => store.eventsDue.queue(webhook, event, ports.now())));
  for (const webhook of new Set(wanted.map((each) => each.webhook))) store.hints.tell({ about: 'events', webhook });
}

function wants({ events, agent }: EventWebhook, { event, agents }: Happening): boolean {
  return events.includes(event.type) && (agent === null || agents.includes(agent));
}
