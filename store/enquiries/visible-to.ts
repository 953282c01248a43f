/**
 * Who may see an enquiry: the one place that says so, as a question about one enquiry and as a query for lists, side by
 * side. `null` stands for an admin, who sees all.
 */
import type { Query } from '../database/collection';

/** Why a person may see enquiries; one reason is enough. */
export interface SightOf {
  /** His id: what he serves, and what rings at him. */
  agent: string;
  /** Groups he is in or looks after. */
  groups: readonly string[];
  /** Addresses granted to him. */
  channels: readonly string[];
  /** Agents a supervisor leads: what is at no group and served by, or ringing at, one of them. */
  leads: readonly string[];
}

/** Why the viewer may see enquiries; null for an admin. */
export const sightOf = ({
  id: agent,
  role,
  ...why
}: Omit<SightOf, 'agent'> & { id: string; role: 'admin' | 'supervisor' | 'agent' }): SightOf | null => {
  const { groups, channels, leads } = why;
  return role === 'admin' ? null : { agent, groups, channels, leads };
};

/** What the rule looks at of an enquiry. */
export interface Visible {
  channel: string;
  group: string | null;
  assignee: string | null;
  /** Agents it rings at now; absent in documents of before this was kept. */
  ringing?: readonly string[];
}

/** Whether somebody may see an enquiry and everything in it. */
export const isVisibleTo = (sight: SightOf | null, { channel, group, assignee, ringing = [] }: Visible): boolean => {
  if (sight === null) return true;
  const { agent, groups, channels, leads } = sight;
  const holders = assignee === null ? ringing : [assignee, ...ringing];
  if (holders.includes(agent) || channels.includes(channel)) return true;
  return group === null ? holders.some((each) => leads.includes(each)) : groups.includes(group);
};

/** The same rule as a query. */
export const visibleToQuery = ({ agent, groups, channels, leads }: SightOf): Query => ({
  $or: [
    { assignee: agent },
    { ringing: agent },
    { group: { $in: groups } },
    { channel: { $in: channels } },
    ...(leads.length > 0
      ? [
          { group: null, assignee: { $in: leads } },
          { group: null, ringing: { $in: leads } },
        ]
      : []),
  ],
});
