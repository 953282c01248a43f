import { Nested, type Stored } from './database/collection';
import { openKept, type KeptDefinition, type KeptPorts } from './database/kept-collection';

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
export const connections: KeptDefinition<Connection> = {
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
export function createConnections(ports: KeptPorts) {
  const { get, list, create, change, remove } = openKept(connections, ports);
  return { get, list, create, change, remove };
}

/** Operations on connections. */
export type Connections = ReturnType<typeof createConnections>;
