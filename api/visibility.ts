/**
 * What a caller may see: enquiries of his groups and of the addresses granted to him, and his own; an admin sees all.
 * A supervisor also sees what is at no group (it rings at the agent a contact is bound to) and at an agent he leads.
 * Every list, message, attachment, ledger entry, story and live hint asks these functions and nothing else.
 */
import type { Caller } from './caller';

/** The person a rule is asked about; the rest of `Caller` plays no part. */
export type Viewer = Pick<Caller, 'id' | 'role' | 'groups' | 'channels' | 'leads'>;

/** What the rule looks at of an enquiry. */
export interface Visible {
  channel: string;
  group: string | null;
  assignee: string | null;
  /** Agents it rings at now. */
  ringing?: readonly string[];
}

/** Whether the caller may see an enquiry and everything in it. */
export const maySeeEnquiry = (viewer: Viewer, enquiry: Visible): boolean =>
  viewer.role === 'admin' ||
  enquiry.assignee === viewer.id ||
  (enquiry.group !== null && viewer.groups.includes(enquiry.group)) ||
  viewer.channels.includes(enquiry.channel) ||
  (enquiry.ringing?.includes(viewer.id) ?? false) ||
  (enquiry.group === null &&
    [enquiry.assignee, ...(enquiry.ringing ?? [])].some((agent) => agent !== null && viewer.leads.includes(agent)));

/** Whether the caller may see what belongs to an address and to no enquiry (blocked, held, quarantined mail). */
export const maySeeChannelMail = (viewer: Viewer, channel: string): boolean =>
  viewer.role === 'admin' || viewer.channels.includes(channel);

/** Whether the caller leads the agent: admins all, supervisors those who share a group with them. */
export const mayLead = (viewer: Viewer, agent: { groups: readonly string[] }): boolean =>
  viewer.role === 'admin' ||
  (viewer.role === 'supervisor' && agent.groups.some((group) => viewer.groups.includes(group)));
