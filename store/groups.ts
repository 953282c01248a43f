import { openCollection, type CollectionPorts, type Definition, type Stored } from './database/collection';
import type { KeptInMemory } from './database/kept-in-memory';

/** A set of agents a flow routes to; `_id` is its slug. */
export interface Group extends Stored {
  title: string;
  agents: string[];
  /** Name of a strategy of `flows/strategies`, or `none` (a list to take from). */
  strategy: string;
  ringTimeoutMs: number | null;
  /** Turns given so far (roundRobin). */
  turn: number;
  /** What the last 200 turns were given for, oldest first. */
  turnKeys: string[];
}

/** What an admin may change. */
export type GroupSettings = Pick<Group, 'title' | 'agents' | 'strategy' | 'ringTimeoutMs'>;

/** How the collection is made. */
export const groups: Definition<Group> = {
  name: 'groups',
  fields: {
    title: String,
    agents: [String],
    strategy: String,
    ringTimeoutMs: Number,
    turn: Number,
    turnKeys: [String],
  },
};

const turnsRemembered = 200;

/** Groups; reads come from memory, at most a second behind other processes. */
export function createGroups(ports: CollectionPorts & { keep: KeptInMemory }) {
  const collection = openCollection(groups, ports);
  const kept = ports.keep.all('groups', () => collection.list({}, { sort: { _id: 1 } }));

  return {
    /** One group, or null. */
    get: async (id: string): Promise<Group | null> => (await kept.byId()).get(id) ?? null,
    /** All groups by slug. */
    list: async (): Promise<Group[]> => [...(await kept.byId()).values()],
    /** The groups an agent belongs to. */
    ofAgent: async (agent: string): Promise<Group[]> =>
      [...(await kept.byId()).values()].filter((group) => group.agents.includes(agent)),

    /** Makes or changes a group. */
    async save(id: string, settings: GroupSettings): Promise<Group> {
      const onInsert = { turn: 0, turnKeys: [], v: 1 };
      const saved = await collection.put('save', id, { $set: settings, $setOnInsert: onInsert });
      await kept.changed();
      return saved;
    },

    /** Removes a group; false when there was none. */
    async remove(id: string): Promise<boolean> {
      const removed = await collection.remove('remove', { _id: id });
      await kept.changed();
      return removed > 0;
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
