import { readableBy } from './channel-grants';
import type { Channels } from './channels';
import { isVisibleTo, sightOf, type Visible } from './enquiries/visible-to';
import type { Groups } from './groups';
import { maySignIn, type User, type Users } from './users';

/** What somebody may, as his user, his groups and the grants of the addresses say now. */
export interface Rights {
  user: User;
  /** Groups he is in or looks after. */
  groups: string[];
  /** Addresses granted to him. */
  channels: string[];
  /** Agents of a supervisor's groups; nobody for an agent. */
  leads: string[];
  /** Whether he may see an enquiry. */
  sees(enquiry: Visible): boolean;
}

/** Looks up the rights of a user by his id; null when he is unknown or may not sign in. */
export const createRights =
  (store: { users: Users; groups: Groups; channels: Channels }) =>
  async (id: string): Promise<Rights | null> => {
    const user = await store.users.get(id);
    if (!user || !maySignIn(user)) return null;
    const all = await store.groups.list();
    const his = all.filter((group) => user.groups.includes(group._id) || group.agents.includes(id));
    const groups = his.map(({ _id }) => _id);
    const granted = readableBy({ id, groups }, await store.channels.list());
    const channels = granted.length === 0 ? user.channels : [...new Set([...user.channels, ...granted])];
    const leads = user.role === 'supervisor' ? [...new Set(his.flatMap(({ agents }) => agents))] : [];
    const sight = sightOf({ id, role: user.role, groups, channels, leads });
    return { user, groups, channels, leads, sees: (enquiry) => isVisibleTo(sight, enquiry) };
  };
