import type { User } from '../../store/users';

/** A user as the store keeps one: an agent without a password or a group, but for what is given. */
export const aUser = (id: string, given: Partial<User> = {}): User => ({
  _id: id,
  email: `${id}@desk.test`,
  name: id,
  role: 'agent',
  passwordHash: null,
  groups: [],
  channels: [],
  disabled: false,
  demo: false,
  createdAt: new Date(),
  v: 1,
  ...given,
});
