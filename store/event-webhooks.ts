import { Nested, type Stored } from './database/collection';
import { openKept, type KeptDefinition, type KeptPorts } from './database/kept-collection';

/** Every event another system may be told of. */
export const eventNames = [
  'enquiry.started',
  'enquiry.assigned',
  'enquiry.tagged',
  'enquiry.missed',
  'enquiry.released',
  'enquiry.parked',
  'enquiry.snoozed',
  'enquiry.unsnoozed',
  'enquiry.closed',
  'enquiry.merged',
  'enquiry.reopened',
  'enquiry.close-undone',
  'enquiry.sla-warned',
  'enquiry.sla-breached',
  'offer.made',
  'message.received',
  'message.sent',
  'message.failed',
  'message.taken-back',
  'side-message.received',
  'transfer.undone',
  'note.added',
] as const;
/** What another system may be told of, by name. */
export type EventName = (typeof eventNames)[number];

/** What is told, as it goes over the wire: ids and words of ours, nothing of what people wrote. */
export interface ToldEvent {
  /** The same however often it is told; `webhook-id` of the request. */
  id: string;
  type: EventName;
  /** ISO 8601. */
  timestamp: string;
  data: Record<string, unknown>;
}

/** Another system that is told of events by POST over a connection; `_id` is its slug. */
export interface EventWebhook extends Stored {
  title: string;
  /** Slug of the connection, and the path below its address. */
  connection: string;
  path: string;
  events: EventName[];
  /** Channels it hears of; null: all. */
  channels: string[] | null;
  /** Only what concerns this agent: offers to him, enquiries he has; null: everything. */
  agent: string | null;
  enabled: boolean;
  /** Signs what is sent; sealed by `store.secrets`. */
  secret: string;
  /** Signs as well until `previousUntil`, so that the other side can change at its ease. */
  previousSecret: string | null;
  previousUntil: Date | null;
  /** Since when nothing gets through, and why; null while it does. */
  failing: { since: Date; why: string } | null;
}

/** How the collection is made. */
export const eventWebhooks: KeptDefinition<EventWebhook> = {
  name: 'eventWebhooks',
  fields: {
    title: String,
    connection: String,
    path: String,
    events: [String],
    channels: [String],
    agent: String,
    enabled: Boolean,
    secret: String,
    previousSecret: String,
    previousUntil: Date,
    failing: Nested,
  },
};

/** Event webhooks; reads come from memory, at most a second behind other processes. */
export function createEventWebhooks(ports: KeptPorts) {
  const { collection, changed, get, list, create, change, remove } = openKept(eventWebhooks, ports);
  return {
    get,
    list,
    create,
    change,
    remove,
    /** Notes that nothing gets through since now; false when that is known already. */
    async failing(id: string, why: string, now: Date): Promise<boolean> {
      const noted = await collection.update(
        'failing',
        { _id: id, failing: null },
        { $set: { failing: { since: now, why } } },
      );
      if (noted) await changed();
      return noted;
    },
  };
}

/** Operations on event webhooks. */
export type EventWebhooks = ReturnType<typeof createEventWebhooks>;
