/** Who asks: what a session or an API token stands for. */
import type { ServiceMode } from '../store/users';
import type { Role, Scope } from './access';

/** How the caller showed who he is. */
export type Credential =
  | { kind: 'session'; id: string; csrf: string; expiresAt: Date }
  | { kind: 'token'; id: string; scopes: readonly Scope[] };

/** The signed-in user, as access and visibility rules look at him. */
export interface Caller {
  id: string;
  name: string;
  email: string;
  role: Role;
  groups: readonly string[];
  /** Agents of a supervisor's groups; nobody for an agent. */
  leads: readonly string[];
  /** Channels (addresses) granted to him. */
  channels: readonly string[];
  /** A program that serves as an agent, and what it may do; null: a person. */
  service: ServiceMode | null;
  credential: Credential;
}
