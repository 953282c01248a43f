import type { OfflineAgents } from '../flows/flow';
import type { Channel } from './channels';
import { Nested, type Stored } from './database/collection';
import { openKept, type KeptDefinition, type KeptPorts } from './database/kept-collection';

/** A set of agents a flow routes to; `_id` is its slug. */
export interface Group extends Stored {
  title: string;
  agents: string[];
  /** Name of a strategy of `flows/strategies`, or several that are asked one after the other; `none`: a list to take from. */
  strategy: string | string[];
  ringTimeoutMs: number | null;
  /** Whether agents who are not available get enquiries, without ringing; absent: never. */
  offlineAgents?: OfflineAgents;
  /** Time its agents have after an enquiry before the place in their capacity is free again; absent: none. */
  wrapUpMs?: number | null;
  /** Words by which agents transfer to it; each leads to one group. Absent: none. */
  tags?: string[];
  /** Turns given so far (roundRobin). */
  turn: number;
  /** What the last 200 turns were given for, oldest first. */
  turnKeys: string[];
  /** How answers to its enquiries are signed; absent or null: as their channel says. */
  letterhead?: GroupLetterhead | null;
}

/** What an answer is signed with. */
export interface Signing extends Record<'team' | 'channel' | 'signature' | 'footer', string> {
  agent: string | null;
  /** His own signature, sanitised HTML; empty: none. */
  own: string;
  sender: 'agent-and-team' | 'team';
}

/** How a group signs; null in it: as the channel says. */
export interface GroupLetterhead {
  teamName: string | null;
  sender: 'agent-and-team' | 'team' | null;
  /** HTML with places; empty: none. */
  signature: string | null;
}

/** What an admin may change. */
export type GroupSettings = Pick<
  Group,
  'title' | 'agents' | 'strategy' | 'ringTimeoutMs' | 'wrapUpMs' | 'offlineAgents' | 'tags'
>;

/** How the collection is made. */
export const groups: KeptDefinition<Group> = {
  name: 'groups',
  fields: {
    title: String,
    agents: [String],
    strategy: Nested,
    ringTimeoutMs: Number,
    offlineAgents: String,
    wrapUpMs: Number,
    tags: [String],
    turn: Number,
    turnKeys: [String],
    letterhead: Nested,
  },
};

const turnsRemembered = 200;

/** Groups; reads come from memory, at most a second behind other processes. */
export function createGroups(ports: KeptPorts) {
  const { collection, changed, get, list, remove } = openKept(groups, ports);

  return {
    get,
    list,
    remove,
    /** The groups an agent belongs to. */
    ofAgent: async (agent: string): Promise<Group[]> => (await list()).filter((group) => group.agents.includes(agent)),

    /** Makes or changes a group. */
    async save(id: string, settings: GroupSettings): Promise<Group> {
      const onInsert = { turn: 0, turnKeys: [], v: 1 };
      const saved = await collection.put('save', id, { $set: settings, $setOnInsert: onInsert });
      await changed();
      return saved;
    },

    /** Says how the group signs; null when unknown. */
    async setLetterhead(id: string, letterhead: GroupLetterhead | null): Promise<Group | null> {
      const group = await collection.change('setLetterhead', { _id: id }, { $set: { letterhead } });
      await changed();
      return group;
    },

    /** How an agent signs an answer from a channel: as the enquiry's group says, else as the channel does. */
    async signing(group: string | null, channel: Channel, agent: Pick<Signing, 'agent' | 'own'>): Promise<Signing> {
      const own = group === null ? null : (await get(group))?.letterhead;
      const name = channel.displayName || channel.name;
      return {
        ...agent,
        team: own?.teamName || name,
        channel: name,
        sender: own?.sender ?? channel.sender ?? 'agent-and-team',
        signature: own?.signature ?? channel.signature ?? '',
        footer: channel.footer,
      };
    },

    /** The turn of this key (a decision's id), counted once per key; 1 for the first. Null when unknown. */
    async nextTurn(id: string, key: string): Promise<number | null> {
      const given = await collection.change(
        'nextTurn',
        { _id: id, turnKeys: { $ne: key } },
        { $inc: { turn: 1 }, $push: { turnKeys: { $each: [key], $slice: -turnsRemembered } } },
        { turn: 1 },
      );
      if (given) return given.turn;
      const group = await collection.get(id);
      return group && group.turn - (group.turnKeys.length - 1 - group.turnKeys.indexOf(key));
    },
  };
}

/** Operations on groups. */
export type Groups = ReturnType<typeof createGroups>;
