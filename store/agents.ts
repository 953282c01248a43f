import {
  Nested,
  openCollection,
  type CollectionPorts,
  type Definition,
  type Query,
  type Stored,
} from './database/collection';

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
  { outcome: 'reserved' | 'already'; agent: Agent } | { outcome: 'refused'; reason: ReserveRefusal };

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
  const available = (now: Date): Query => ({
    suspended: false,
    'presence.word': 'available',
    'presence.leaseUntil': { $gt: now },
  });

  function refusal(agent: Agent | null, request: ReserveRequest): ReserveRefusal {
    if (agent === null) return 'unknown';
    if (agent.suspended) return 'suspended';
    if (!request.whateverPresence && !isAvailable(agent, request.now)) return 'unavailable';
    return 'full';
  }

  async function endAtOne(agent: string, end: OfferEnd): Promise<OfferEnded | null> {
    const rings: Query = { _id: agent, [`offers.${end.enquiryId}.offer`]: end.offerId };
    const slot = `slots.${end.enquiryId}`;
    const gone: Query = { [`offers.${end.enquiryId}`]: '' };
    const tally = tallyOf(agent, end);
    let freed = false;
    let after: Agent | null = null;
    if (agent !== end.winner) {
      const free = { ...tally, $unset: { ...gone, [slot]: '' }, $inc: { ...tally.$inc, load: -1 } };
      after = await collection.change('endOffers', { ...rings, [slot]: { $exists: true } }, free);
      freed = after !== null;
    }
    after ??= await collection.change('endOffers', rings, { ...tally, $unset: { ...gone, ...tally.$unset } });
    const ended = after !== null;
    if (end.how !== 'missed') return after && { agent, freed, notResponding: false, missesInRow: after.missesInRow };
    // Asked again after a crash between the two writes, the second is still made.
    after ??= await collection.get(agent);
    const silent = after !== null && (await stopRinging(after, end));
    return after && (ended || silent) ? { agent, freed, notResponding: silent, missesInRow: after.missesInRow } : null;
  }

  async function stopRinging(agent: Agent, end: OfferEnd): Promise<boolean> {
    if (agent.missesInRow < end.missesAllowed || agent.presence.word !== 'available') return false;
    const still = { _id: agent._id, missesInRow: { $gte: end.missesAllowed }, 'presence.word': 'available' };
    return collection.update('endOffers', still, {
      $set: { 'presence.word': 'notResponding', 'presence.cause': 'missed', 'presence.since': end.now },
    });
  }

  return {
    collection,
    get: collection.get,
    getMany: collection.getMany,
    /** All agents (a small collection). */
    list: () => collection.list({}, { sort: { _id: 1 } }),

    /** Makes the agent, or changes his name and capacity. */
    async save(agent: { id: string; name: string; capacity: number }, now: Date): Promise<Agent> {
      const { id, name, capacity } = agent;
      await collection.insert('save', newAgent(id, name, capacity, now));
      return (await collection.change('save', { _id: id }, { $set: { name, capacity } })) as Agent;
    },

    /** Suspends or readmits; his slots and offers stay until they are moved. Null when unknown. */
    setSuspended: (id: string, suspended: boolean): Promise<Agent | null> =>
      collection.change('setSuspended', { _id: id }, { $set: { suspended } }),

    /** Sets the word; `leaseMs` starts a lease. `available` forgets the misses. Null when unknown. */
    setPresence(id: string, word: PresenceWord, cause: string, now: Date, leaseMs?: number): Promise<Agent | null> {
      const lease = leaseMs === undefined ? {} : { 'presence.leaseUntil': new Date(now.getTime() + leaseMs) };
      const forget = word === 'available' ? { missesInRow: 0 } : {};
      const presence = { 'presence.word': word, 'presence.cause': cause, 'presence.since': now };
      return collection.change('setPresence', { _id: id }, { $set: { ...presence, ...lease, ...forget } });
    },

    /** Prolongs the lease; says what the store holds of him, so that his screen can follow. Null when unknown. */
    heartbeat(id: string, leaseMs: number, now: Date): Promise<Agent | null> {
      const leaseUntil = new Date(now.getTime() + leaseMs);
      return collection.change('heartbeat', { _id: id }, { $max: { 'presence.leaseUntil': leaseUntil } });
    },

    /** Takes a slot in one atomic step, and puts the offer on his list with it. */
    async reserve(request: ReserveRequest): Promise<Reserved> {
      const { agent: id, enquiryId, now } = request;
      const slot: Slot = { decision: request.decision, since: now };
      const free: Query = { _id: id, suspended: false, [`slots.${enquiryId}`]: { $exists: false } };
      if (!request.whateverPresence) Object.assign(free, available(now));
      if (!request.force) free['$expr'] = { $lt: ['$load', '$capacity'] };
      const offer = request.offer ? { [`offers.${enquiryId}`]: request.offer } : {};
      const received = request.day ? receivedOn(request.day) : { $inc: {}, $unset: {} };
      const after = await collection.change('reserve', free, {
        $set: { [`slots.${enquiryId}`]: slot, ...offer },
        $inc: { load: 1, ...received.$inc },
        ...(request.day ? { $unset: received.$unset } : {}),
      });
      if (after) return { outcome: 'reserved', agent: after };
      const agent = await collection.get(id);
      if (agent?.slots[enquiryId]) return { outcome: 'already', agent };
      return { outcome: 'refused', reason: refusal(agent, request) };
    },

    /** Broadcast: puts the offer on the list of those who are available now and reserves nobody; who rings. */
    async offerTo(ids: readonly string[], offer: PendingOffer, now: Date): Promise<string[]> {
      const field = `offers.${offer.enquiry}`;
      await collection.updateEach(
        'offerTo',
        ids.map((id) => ({ filter: { _id: id, ...available(now) }, update: { $set: { [field]: offer } } })),
      );
      const after = await collection.getMany(ids);
      return after.filter((agent) => agent.offers[offer.enquiry]?.offer === offer.offer).map((agent) => agent._id);
    },

    /** Takes the offer off the lists, frees slots of all but the winner, counts misses once; who changed. */
    async endOffers(end: OfferEnd): Promise<OfferEnded[]> {
      const ended = await Promise.all(end.agents.map((agent) => endAtOne(agent, end)));
      return ended.filter((one) => one !== null);
    },

    /** Gives the slot (and a pending offer) of this enquiry back; false when there was none. */
    release: (agent: string, enquiryId: string): Promise<boolean> =>
      collection.update(
        'release',
        { _id: agent, [`slots.${enquiryId}`]: { $exists: true } },
        { $unset: { [`slots.${enquiryId}`]: '', [`offers.${enquiryId}`]: '' }, $inc: { load: -1 } },
      ),

    /** Takes a slot again, over capacity if need be; false when he holds it already or is unknown. */
    hold: (agent: string, enquiryId: string, now: Date): Promise<boolean> =>
      collection.update(
        'hold',
        { _id: agent, [`slots.${enquiryId}`]: { $exists: false } },
        { $set: { [`slots.${enquiryId}`]: { decision: 'held', since: now } }, $inc: { load: 1 } },
      ),

    /** Agents that hold a slot of this enquiry or at whom it rings; reads all agents. */
    async holdersOf(enquiryId: string): Promise<string[]> {
      const all = await collection.list({}, { fields: { slots: 1, offers: 1 } });
      return all.filter((agent) => agent.slots[enquiryId] ?? agent.offers[enquiryId]).map((agent) => agent._id);
    },

    /** Sets those offline whose lease is over, once each; they come with their pending offers. */
    async endedLeases(now: Date): Promise<Agent[]> {
      const over = { 'presence.word': { $in: ['available', 'busy', 'away'] }, 'presence.leaseUntil': { $lte: now } };
      const found = await collection.list(over);
      const offline = { 'presence.word': 'offline', 'presence.cause': 'lease-ended', 'presence.since': now };
      const ended = await Promise.all(
        found.map((agent) => collection.change('endedLeases', { _id: agent._id, ...over }, { $set: offline })),
      );
      return ended.filter((agent) => agent !== null);
    },
  };
}

/** Operations on agents. */
export type Agents = ReturnType<typeof createAgents>;

/** Whether he takes offers now: his word is `available` and his lease runs. */
export function isAvailable(agent: Agent, now: Date): boolean {
  const { word, leaseUntil } = agent.presence;
  return !agent.suspended && word === 'available' && leaseUntil !== null && leaseUntil.getTime() > now.getTime();
}

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

function tallyOf(agent: string, end: OfferEnd): { $inc?: Query; $set?: Query; $unset?: Query } {
  if (end.how === 'missed') return { $inc: { missesInRow: 1 } };
  if (end.how === 'rescinded' || (end.how === 'accepted' && agent !== end.winner)) return {};
  const received = agent === end.winner && end.day ? receivedOn(end.day) : {};
  return { $set: { missesInRow: 0 }, ...received };
}

/** Counts one on the day and forgets the week before last. */
function receivedOn(day: string): { $inc: Query; $unset: Query } {
  const forgotten = [8, 9, 10, 11, 12, 13, 14].map((days) => {
    const then = new Date(Date.parse(`${day}T00:00:00Z`) - days * 86_400_000);
    return [`received.${then.toISOString().slice(0, 10)}`, ''];
  });
  return { $inc: { [`received.${day}`]: 1 }, $unset: Object.fromEntries(forgotten) };
}
