import { absenceNow, absences, MOST_ABSENCES } from './agents/absences';
import { isAvailable, isThere } from './agents/availability';
import { offering } from './agents/offers';
import { presence, presenceChanges } from './agents/presence';
import { slots } from './agents/slots';
import { wrapUps } from './agents/wrap-ups';
import type { LineTarget } from './lines';
import { Nested, openCollection, type CollectionPorts, type Definition, type Stored } from './database/collection';

export { absenceNow, isAvailable, isThere, MOST_ABSENCES };

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
  /** Who or what set it: `agent`, `lease-ended`, `missed`, `idle`, `signed-out`, `shift-ended`, or a colleague's id. */
  cause: string;
  since: Date;
  leaseUntil: Date | null;
  /** A lease after the last sign that he is at work; absent in documents of before this was kept. */
  activeUntil?: Date;
  /** The offer whose miss made him `notResponding`. */
  offer?: string;
}

/** One change of presence, with who or what made it. */
export interface PresenceChange {
  id: string;
  at: Date;
  /** The word that stood from then on, or what happened to him beside it. */
  word: PresenceWord | 'suspended' | 'readmitted' | 'absent' | 'back';
  /** As in `Presence`; of an absence who planned it. */
  cause: string;
}

/** A time in which an agent is not at work, and who serves his contacts meanwhile. */
export interface Absence {
  id: string;
  from: Date;
  to: Date;
  /** Null: nobody in particular. */
  cover: LineTarget | null;
  note: string;
  by: string;
  /** What he holds was handed on. */
  begun: boolean;
}

/** A person who may be given enquiries; `_id` is the user's id. `load` is always the number of `slots` and `wrapUps`. */
export interface Agent extends Stored {
  name: string;
  capacity: number;
  load: number;
  /** By enquiry id. */
  slots: Record<string, Slot>;
  /** By enquiry id. */
  offers: Record<string, PendingOffer>;
  presence: Presence;
  /** Changes of presence that do not stand in the history yet. */
  presenceChanges?: PresenceChange[];
  /** Planned ones, and the one he is in. */
  absences?: Absence[];
  /** By enquiry id: after it he writes up what he did until then. */
  wrapUps?: Record<string, { until: Date }>;
  /** How long that takes him; null or absent: as his groups say. */
  wrapUpMs?: number | null;
  missesInRow: number;
  /** Enquiries received, by day (YYYY-MM-DD as the caller counts days); about the last week. */
  received: Record<string, number>;
  suspended: boolean;
  /** He left for good, and is kept for his name; absent: he is here. */
  removed?: boolean;
  /** When a slot of his last became free; absent: it never did. */
  freedAt?: Date;
  /** Level from 1 to 5 by skill. */
  skills?: Record<string, number>;
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
    presenceChanges: [Nested],
    absences: [Nested],
    wrapUps: Nested,
    wrapUpMs: Number,
    missesInRow: Number,
    received: Nested,
    suspended: Boolean,
    removed: Boolean,
    freedAt: Date,
    skills: Nested,
  },
};

/** Agents, their slots and what rings at them; every change is one compare-and-set on one document. */
export function createAgents(ports: CollectionPorts) {
  const collection = openCollection(agents, ports);
  return {
    get: collection.get,
    getMany: collection.getMany,
    lookAt: collection.lookAt,
    /** All agents (a small collection). */
    list: () => collection.list({}, { sort: { _id: 1 } }),

    /** Makes the agent, or changes his name and capacity. */
    save: (agent: { id: string; name: string; capacity: number }, now: Date): Promise<Agent> => {
      const { id, name, capacity } = agent;
      const { _id, name: _name, capacity: _capacity, ...onInsert } = newAgent(id, name, capacity, now);
      return collection.put('save', id, { $set: { name, capacity }, $setOnInsert: onInsert });
    },

    /** Sets what he can, by level, in place of all; false when he is unknown. */
    setSkills: (id: string, skills: Record<string, number>): Promise<boolean> =>
      collection.update('setSkills', { _id: id }, { $set: { skills } }),
    /** Sets how long his wrap-ups take; null: as his groups say. */
    setWrapUp: (id: string, wrapUpMs: number | null): Promise<boolean> =>
      collection.update('setWrapUp', { _id: id }, { $set: { wrapUpMs } }),

    ...presence(collection),
    ...presenceChanges(collection),
    ...absences(collection),
    ...wrapUps(collection),
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
