import { Nested, openCollection, type CollectionPorts, type Definition, type Stored } from './database/collection';
import type { KeptInMemory } from './database/kept-in-memory';

/** Methods a flow may ask a connection with. */
export type ConnectionMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** How we say who we are; `secret` is sealed by `store.secrets`. */
export type ConnectionAuth =
  | { kind: 'none' }
  | { kind: 'bearer'; secret: string }
  | { kind: 'basic'; user: string; secret: string }
  | { kind: 'header'; name: string; secret: string };

/** Another system that flows may ask by its slug, `_id`; what a flow does not say stands here. */
export interface Connection extends Stored {
  title: string;
  /** `https://host[:port][/path]`, `http` only with `allowInternal`; without a slash at its end. */
  baseUrl: string;
  methods: ConnectionMethod[];
  auth: ConnectionAuth;
  /** When the secret was last entered; null without one. */
  secretSince: Date | null;
  /** The host may be inside this machine or network. */
  allowInternal: boolean;
  /** Longest one attempt may take, whatever a flow says. */
  timeoutMs: number;
  /** PEM of an authority to trust besides the system's. */
  ca: string | null;
}

/** How the collection is made. */
export const connections: Definition<Connection> = {
  name: 'connections',
  fields: {
    title: String,
    baseUrl: String,
    methods: [String],
    auth: Nested,
    secretSince: Date,
    allowInternal: Boolean,
    timeoutMs: Number,
    ca: String,
  },
};

/** Connections; reads come from memory, at most a second behind other processes. */
export function createConnections(ports: CollectionPorts & { keep: KeptInMemory }) {
  const collection = openCollection(connections, ports);
  const kept = ports.keep.all('connections', () => collection.list({}, { sort: { _id: 1 } }));
  return {
    /** One connection, or null. */
    get: async (id: string): Promise<Connection | null> => (await kept.byId()).get(id) ?? null,
    /** All connections by slug. */
    list: async (): Promise<Connection[]> => [...(await kept.byId()).values()],
    /** Makes a connection; false when the slug is taken. */
    async create(connection: Connection): Promise<boolean> {
      const made = await collection.insert('create', connection);
      await kept.changed();
      return made;
    },
    /** Changes a connection; null when unknown. */
    async change(id: string, changes: Partial<Omit<Connection, '_id' | 'v'>>): Promise<Connection | null> {
      const changed = await collection.change('change', { _id: id }, { $set: changes });
      await kept.changed();
      return changed;
    },
    /** Removes a connection; false when there was none. */
    async remove(id: string): Promise<boolean> {
      const removed = await collection.remove('remove', { _id: id });
      await kept.changed();
      return removed > 0;
    },
  };
}

/** Operations on connections. */
export type Connections = ReturnType<typeof createConnections>;
