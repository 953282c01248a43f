import { openCollection, Nested, type CollectionPorts, type Definition, type Stored } from './database/collection';
import type { KeptInMemory } from './database/kept-in-memory';

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
export const eventWebhooks: Definition<EventWebhook> = {
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
export function createEventWebhooks(ports: CollectionPorts & { keep: KeptInMemory }) {
  const collection = openCollection(eventWebhooks, ports);
  const kept = ports.keep.all('eventWebhooks', () => collection.list({}, { sort: { _id: 1 } }));
  return {
    /** One webhook, or null. */
    get: async (id: string): Promise<EventWebhook | null> => (await kept.byId()).get(id) ?? null,
    /** All of them by slug. */
    list: async (): Promise<EventWebhook[]> => [...(await kept.byId()).values()],
    /** Makes one; false when the slug is taken. */
    async create(webhook: EventWebhook): Promise<boolean> {
      const made = await collection.insert('create', webhook);
      await kept.changed();
      return made;
    },
    /** Changes one; null when unknown. */
    async change(id: string, changes: Partial<Omit<EventWebhook, '_id' | 'v'>>): Promise<EventWebhook | null> {
      const changed = await collection.change('change', { _id: id }, { $set: changes });
      await kept.changed();
      return changed;
    },
    /** Notes that nothing gets through since now; false when that is known already. */
    async failing(id: string, why: string, now: Date): Promise<boolean> {
      const noted = await collection.update(
        'failing',
        { _id: id, failing: null },
        { $set: { failing: { since: now, why } } },
      );
      if (noted) await kept.changed();
      return noted;
    },
    /** Removes one; false when there was none. */
    async remove(id: string): Promise<boolean> {
      const removed = await collection.remove('remove', { _id: id });
      await kept.changed();
      return removed > 0;
    },
  };
}

/** Operations on event webhooks. */
export type EventWebhooks = ReturnType<typeof createEventWebhooks>;
