import type { WantedSkill } from '../flows/state';
import { Nested, openCollection, type CollectionPorts, type Definition, type Stored } from './database/collection';

/** What a line waits for: a group's agents or one agent. */
export type LineTarget = { group: string } | { agent: string };

/** An enquiry waiting in a line; `_id` is the enquiry's id. */
export interface LineEntry extends Stored {
  /** `lineOf(target)`. */
  line: string;
  priority: number;
  since: Date;
  state: 'waiting' | 'offered';
  strategy: string | string[];
  asked: string[];
  missedBy: string[];
  ringTimeoutMs: number;
  /** Time zone in which "today" is; absent: UTC. */
  timezone?: string;
  /** Skills that are asked for now. */
  skills?: WantedSkill[];
  /** Who served the contact last within that time is asked before all. */
  stickyMs?: number;
  /** The flow and its revision that had it wait; absent in documents of before this was kept. */
  flow?: { id: string; revision: number };
  /** `seq` of the effect that entered it; a later one replaces it. */
  seq: number;
  /** Decision that moved it to offered. */
  decision: string | null;
  agent: string | null;
  offeredAt: Date | null;
}

/** How the collection is made. */
export const lines: Definition<LineEntry> = {
  name: 'lines',
  fields: {
    line: String,
    priority: Number,
    since: Date,
    state: String,
    strategy: Nested,
    timezone: String,
    stickyMs: Number,
    skills: Nested,
    asked: [String],
    missedBy: [String],
    ringTimeoutMs: Number,
    flow: Nested,
    seq: Number,
    decision: String,
    agent: String,
    offeredAt: Date,
  },
};

/** Name of a line: `group:<id>` or `agent:<id>`. */
export const lineOf = (target: LineTarget): string =>
  'group' in target ? `group:${target.group}` : `agent:${target.agent}`;

/** Who waits for whom (a small collection). */
export function createLines(ports: CollectionPorts) {
  const collection = openCollection(lines, ports);
  const order = { sort: { priority: -1 as const, since: 1 as const } };
  return {
    get: collection.get,
    getMany: collection.getMany,

    /** Enters a line, or enters again with a later `seq`; entered already changes nothing. */
    async enter(entry: Omit<LineEntry, 'state' | 'decision' | 'agent' | 'offeredAt'>): Promise<boolean> {
      const { _id, ...rest } = entry;
      const waiting = { skills: [], ...rest, state: 'waiting', decision: null, agent: null, offeredAt: null };
      return (await collection.upsert('enter', { _id, seq: { $lt: entry.seq } }, { $set: waiting })).fits;
    },

    /** Leaves whatever line it is in; false when it was in none. */
    leave: async (enquiryId: string): Promise<boolean> => (await collection.remove('leave', { _id: enquiryId })) > 0,

    /** Who waits in a line, in the order of service: priority, then oldest. */
    waiting: (line: string, limit = 500): Promise<LineEntry[]> =>
      collection.list({ line, state: 'waiting' }, { ...order, limit }),

    /** How many wait in a line. */
    length: (line: string): Promise<number> => collection.count({ line, state: 'waiting' }),

    /** `waiting -> offered`; false when it left, or is offered already by another decision. */
    async moveToOffered(move: { enquiryId: string; seq: number; agent: string; decision: string; at: Date }) {
      const { enquiryId: _id, seq, agent, decision, at } = move;
      const offered = { $set: { state: 'offered', agent, decision, offeredAt: at } };
      if (await collection.update('moveToOffered', { _id, seq, state: 'waiting' }, offered)) return true;
      return (await collection.get(_id))?.decision === decision;
    },

    /** The enquiry has been told of this offer: its entry goes, unless it entered anew meanwhile. */
    settleOffered: async (enquiryId: string, decision: string): Promise<boolean> =>
      (await collection.remove('settleOffered', { _id: enquiryId, state: 'offered', decision })) > 0,

    /** `offered -> waiting`: the enquiry could not take the offer. */
    moveBack: (enquiryId: string, decision: string): Promise<boolean> =>
      collection.update(
        'moveBack',
        { _id: enquiryId, state: 'offered', decision },
        { $set: { state: 'waiting', agent: null, decision: null, offeredAt: null } },
      ),

    /** Offered for long without leaving: the signal was lost on its way. */
    offeredBefore: (before: Date): Promise<LineEntry[]> =>
      collection.list({ state: 'offered', offeredAt: { $lt: before } }),

    /** Lines in which somebody waits, with the time the oldest entered. */
    async occupied(): Promise<{ line: string; since: Date; length: number }[]> {
      const all = await collection.list({ state: 'waiting' }, { sort: { since: 1 } });
      const found = new Map<string, { line: string; since: Date; length: number }>();
      for (const { line, since } of all) {
        const one = found.get(line);
        if (one) one.length += 1;
        else found.set(line, { line, since, length: 1 });
      }
      return [...found.values()];
    },
  };
}

/** Operations on lines. */
export type Lines = ReturnType<typeof createLines>;
