/** Who may do what with an address: the one place that says so. */
import type { Channel } from './channels';

/** Agents and groups that something is granted to, by id. */
export interface Grantees {
  agents: string[];
  groups: string[];
}

/**
 * What is granted of an address. `read`: to see all its enquiries and mail. `answer`: to answer from it. `write`: to
 * write first from it. Absent: `read` to nobody more than the address itself was granted to; `answer` to who serves an
 * enquiry of it; `write` to whom the address was granted.
 */
export interface ChannelGrants {
  read?: Grantees;
  answer?: Grantees;
  write?: Grantees;
}

/** Somebody who asks. */
export interface Asking {
  id: string;
  role: 'admin' | 'supervisor' | 'agent';
  groups: readonly string[];
  /** Addresses granted to him. */
  channels: readonly string[];
}

/** Whether somebody is among those that something is granted to, himself or by a group. */
export const isGranted = (who: Pick<Asking, 'id' | 'groups'>, grantees: Grantees): boolean =>
  grantees.agents.includes(who.id) || grantees.groups.some((group) => who.groups.includes(group));

/** Channels whose enquiries and mail somebody may read by a grant of the channel. */
export const readableBy = (who: Pick<Asking, 'id' | 'groups'>, channels: readonly Channel[]): string[] =>
  channels.flatMap(({ _id, grants }) => (grants?.read && isGranted(who, grants.read) ? [_id] : []));

/** Whether somebody may answer an enquiry of the channel `of` from `channel`. */
export const mayAnswerFrom = (who: Asking, channel: Channel, of: string): boolean => {
  const answer = channel.grants?.answer;
  if (answer) return isGranted(who, answer);
  return channel._id === of || who.role === 'admin' || who.channels.includes(channel._id);
};

/** Whether somebody may write first from a channel. */
export const mayWriteFirstFrom = (who: Asking, channel: Channel): boolean => {
  const write = channel.grants?.write;
  return write ? isGranted(who, write) : who.role === 'admin' || who.channels.includes(channel._id);
};
