import { isAvailable } from './agents/availability';
import { offering } from './agents/offers';
import { presence } from './agents/presence';
import { slots } from './agents/slots';
import { Nested, openCollection, type CollectionPorts, type Definition, type Stored } from './database/collection';

export { isAvailable };

/** A place of an agent's capacity, taken by one enquiry. */
export interface Slot {
  /** Id of the decision that took it, or why it was taken without one (`take`, `accept`, `held`). */
  decision: string;
  since: Date;
}

/** An enquiry ringing at this agent: what the console shows. */
export interface PendingOffer {
  offer: string;
  enquiry: string;
  number: number;
  channel: string;
  since: Date;
  until: Date;
  /** Rings at others too and holds no slot. */
  broadcast: boolean;
}

/** `notResponding` is set by the system only. */
export type PresenceWord = 'available' | 'busy' | 'away' | 'offline' | 'notResponding';

/** An agent's word and the lease his heartbeats keep. */
export interface Presence {
  word: PresenceWord;
  /** Who or what set it: `agent`, `lease-ended`, `missed`, a supervisor's id. */
  cause: string;
  since: Date;
  leaseUntil: Date | null;
}

/** A person who may be given enquiries; `_id` is the user's id. `load` is always the number of `slots`. */
export interface Agent extends Stored {
  name: string;
  capacity: number;
  load: number;
  /** By enquiry id. */
  slots: Record<string, Slot>;
  /** By enquiry id. */
  offers: Record<string, PendingOffer>;
  presence: Presence;
  missesInRow: number;
  /** Enquiries received, by day (YYYY-MM-DD as the caller counts days); about the last week. */
  received: Record<string, number>;
  suspended: boolean;
}

/** Asks for a slot. */
export interface ReserveRequest {
  agent: string;
  enquiryId: string;
  decision: string;
  /** Goes on the agent's list together with the slot. */
  offer: PendingOffer | null;
  now: Date;
  /** Over capacity too. */
  force?: boolean;
  /** His own act (accept of a broadcast, take): his presence does not matter; suspension does. */
  whateverPresence?: boolean;
  /** Counts him as having received one on this day. */
  day?: string;
}

/** Why no slot was taken. */
export type ReserveRefusal = 'unknown' | 'suspended' | 'unavailable' | 'full';

/** What became of a reservation; `already`: he holds this enquiry. */
export type Reserved =
  { outcome: 'reserved' } | { outcome: 'already'; slot: Slot } | { outcome: 'refused'; reason: ReserveRefusal };

/** How an offer ended. */
export interface OfferEnd {
  agents: string[];
  enquiryId: string;
  offerId: string;
  how: 'accepted' | 'declined' | 'missed' | 'rescinded';
  /** Keeps his slot. */
  winner: string | null;
  now: Date;
  /** Misses in a row that make an agent `notResponding`. */
  missesAllowed: number;
  /** Counts the winner as having received one on this day. */
  day?: string;
}

/** An agent whose document the end of an offer changed. */
export interface OfferEnded {
  agent: string;
  /** A slot became free. */
  freed: boolean;
  notResponding: boolean;
  missesInRow: number;
}

/** How the collection is made. */
export const agents: Definition<Agent> = {
  name: 'agents',
  fields: {
    name: String,
    capacity: Number,
    load: Number,
    slots: Nested,
    offers: Nested,
    presence: Nested,
    missesInRow: Number,
    received: Nested,
    suspended: Boolean,
  },
};

/** Agents, their slots and what rings at them; every change is one compare-and-set on one document. */
export function createAgents(ports: CollectionPorts) {
  const collection = openCollection(agents, ports);
  return {
    get: collection.get,
    getMany: collection.getMany,
    /** All agents (a small collection). */
    list: () => collection.list({}, { sort: { _id: 1 } }),

    /** Makes the agent, or changes his name and capacity. */
    save: (agent: { id: string; name: string; capacity: number }, now: Date): Promise<Agent> => {
      const { id, name, capacity } = agent;
      const { _id, name: _name, capacity: _capacity, ...onInsert } = newAgent(id, name, capacity, now);
      return collection.put('save', id, { $set: { name, capacity }, $setOnInsert: onInsert });
    },

    /** Suspends or readmits; his slots and offers stay until they are moved. Null when unknown. */
    setSuspended: (id: string, suspended: boolean): Promise<Agent | null> =>
      collection.change('setSuspended', { _id: id }, { $set: { suspended } }),

    ...presence(collection),
    ...slots(collection),
    ...offering(collection),
  };
}

/** Operations on agents. */
export type Agents = ReturnType<typeof createAgents>;

function newAgent(id: string, name: string, capacity: number, now: Date): Agent {
  return {
    _id: id,
    name,
    capacity,
    load: 0,
    slots: {},
    offers: {},
    presence: { word: 'offline', cause: 'new', since: now, leaseUntil: null },
    missesInRow: 0,
    received: {},
    suspended: false,
    v: 1,
  };
}
