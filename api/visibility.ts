/**
 * What a caller may see: enquiries of his groups and of the addresses granted to him, and his own; an admin sees all.
 * A supervisor also sees what is at no group and is served by, or rings at, an agent he leads. The rule itself stands
 * in `store/enquiries/visible-to.ts`, once as a question and once as a query.
 * Every list, message, attachment, draft, contact, ledger entry, outgoing mail, story and live hint asks these functions
 * and nothing else. What belongs to an address and to no enquiry is seen by those to whom the address was granted.
 */
import { isVisibleTo, sightOf, type Visible } from '../store/enquiries/visible-to';
import type { Caller } from './caller';

/** The person a rule is asked about; the rest of `Caller` plays no part. */
export type Viewer = Pick<Caller, 'id' | 'role' | 'groups' | 'channels' | 'leads'>;

export { sightOf };

/** Whether the viewer may see an enquiry and everything in it. */
export const maySeeEnquiry = (viewer: Viewer, enquiry: Visible): boolean => isVisibleTo(sightOf(viewer), enquiry);

/** Whether the viewer may see what belongs to an address and to no enquiry (blocked, held, quarantined mail). */
export const maySeeChannelMail = (viewer: Viewer, channel: string): boolean =>
  viewer.role === 'admin' || viewer.channels.includes(channel);

/** Whether the viewer leads the agent: admins all, supervisors those who share a group with them. */
export const mayLead = (viewer: Viewer, agent: { groups: readonly string[] }): boolean =>
  viewer.role === 'admin' ||
  (viewer.role === 'supervisor' && agent.groups.some((group) => viewer.groups.includes(group)));
