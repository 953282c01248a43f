import type { SlaStanding } from '../flows/state';
import type { OpenEnquiryFilter } from '../store/open-enquiries';
import type { Caller } from './caller';
import type { ApiPorts } from './ports';
import { statuses } from './shapes/enquiry';
import { sightOf } from './visibility';

/** How a list of open enquiries is narrowed by a request. */
export interface WantedList {
  status?: (typeof statuses)[number][] | undefined;
  attention?: boolean | undefined;
  mine?: boolean | undefined;
  unassigned?: boolean | undefined;
  group?: string | undefined;
  channel?: string | undefined;
  contact?: string | undefined;
  tag?: string | undefined;
  sla?: SlaStanding[] | undefined;
}

/** The filter of a request, with the caller's own rights. A contact is meant with all who were merged into him. */
export async function filterOf(
  { store }: Pick<ApiPorts, 'store'>,
  caller: Caller,
  wanted: WantedList,
): Promise<OpenEnquiryFilter> {
  const { status, attention = false, mine, unassigned, group, channel, contact, tag, sla } = wanted;
  const sight = sightOf(caller);
  return {
    status: status && status.length > 0 ? status : [...statuses],
    attention,
    ...(mine ? { assignee: caller.id } : unassigned ? { assignee: null } : {}),
    ...(group === undefined ? {} : { group }),
    ...(channel === undefined ? {} : { channel }),
    ...(contact === undefined ? {} : { contacts: await store.contacts.links.idsOf(contact) }),
    ...(tag === undefined ? {} : { tag }),
    ...(sla && sla.length > 0 ? { sla } : {}),
    ...(sight === null ? {} : { visibleTo: sight }),
  };
}
