import type { Store } from '../store';
import type { ServiceMode } from '../store/users';
import type { Role } from './access';
import { hashPassword, randomPassword } from './passwords';

/** Somebody to be made with a sign-in and, as everybody may be rung, an agent of the same id. */
export interface NewUser {
  id: string;
  email: string;
  name: string;
  role: Role;
  groups?: string[];
  channels?: string[];
  /** Plain; null when a link will set it. */
  password: string | null;
  capacity: number;
  service?: ServiceMode | null;
  demo?: boolean;
}

/**
 * Makes a user and his agent; false when the id or the address is taken. Used by routes, first start and demo. His agent is
 * made first: nobody is left without one by a death in between.
 */
export const createUser = async (store: Store, user: NewUser, now: Date): Promise<boolean> => {
  if ((await store.users.byEmail(user.email)) || (await store.users.get(user.id))) return false;
  await store.agents.save({ id: user.id, name: user.name, capacity: user.capacity }, now);
  return store.users.create({
    _id: user.id,
    email: user.email,
    name: user.name,
    role: user.role,
    passwordHash: user.password === null ? null : await hashPassword(user.password),
    groups: user.groups ?? [],
    channels: user.channels ?? [],
    service: user.service ?? null,
    disabled: false,
    demo: user.demo ?? false,
    createdAt: now,
    v: 1,
  });
};

/** How the first admin may sign in: a password to print on a terminal, or the token of a set-password link. */
export type FirstAdmin = { email: string; password: string } | { email: string; token: string };

/**
 * Makes the first admin when there is none yet; null when there is one. `terminal` asks for a password that is
 * printed once; without a terminal a link is made (72 h), because a printed password would end up in a log.
 */
export const ensureFirstAdmin = async (
  store: Store,
  options: { now: Date; terminal: boolean; email?: string; capacity?: number; invitationMs?: number },
): Promise<FirstAdmin | null> => {
  if (await store.users.hasAdmin()) return null;
  const { now, terminal, email = 'admin@localhost', capacity = 5, invitationMs = 72 * 3_600_000 } = options;
  const password = terminal ? randomPassword() : null;
  const admin: NewUser = { id: 'admin', email, name: 'Administrator', role: 'admin', password, capacity };
  if (!(await createUser(store, admin, now))) return null;
  if (password !== null) return { email, password };
  const expiresAt = new Date(now.getTime() + invitationMs);
  return { email, token: await store.passwordLinks.create({ user: 'admin', purpose: 'first-admin', expiresAt }) };
};
