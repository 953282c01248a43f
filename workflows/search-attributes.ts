import { defineSearchAttributeKey, SearchAttributeType, type SearchAttributePair } from '@temporalio/common';
import type { EnquiryState } from '../flows/state';

/** Typed search attributes of an enquiry's run; registered by `servers/` at start. */
export const attributeKeys = {
  channel: defineSearchAttributeKey('RingpostChannel', SearchAttributeType.KEYWORD),
  status: defineSearchAttributeKey('RingpostStatus', SearchAttributeType.KEYWORD),
  group: defineSearchAttributeKey('RingpostGroup', SearchAttributeType.KEYWORD),
  agent: defineSearchAttributeKey('RingpostAgent', SearchAttributeType.KEYWORD),
  flow: defineSearchAttributeKey('RingpostFlow', SearchAttributeType.KEYWORD),
  revision: defineSearchAttributeKey('RingpostRevision', SearchAttributeType.INT),
  contact: defineSearchAttributeKey('RingpostContact', SearchAttributeType.KEYWORD),
};

/** Which upserts a run has done; at most two before the close, because each costs an event. */
export interface Upserts {
  assigned: boolean;
  missed: boolean;
  closed: boolean;
}

const cut = (text: string): string => text.slice(0, 200);

/** The attributes to write now, or null: on the first assignment, when first missed, and at the close. */
export function searchAttributesOf(state: EnquiryState, done: Upserts): SearchAttributePair[] | null {
  const due =
    (state.assignee !== null && !done.assigned) ||
    (state.status === 'missed' && !done.missed) ||
    (state.status === 'closed' && !done.closed);
  if (!due) return null;
  done.assigned ||= state.assignee !== null;
  done.missed ||= state.status === 'missed';
  done.closed = state.status === 'closed';
  const pairs: SearchAttributePair[] = [{ key: attributeKeys.status, value: state.status }];
  if (state.group) pairs.push({ key: attributeKeys.group, value: cut(state.group) });
  if (state.assignee) pairs.push({ key: attributeKeys.agent, value: cut(state.assignee) });
  return pairs;
}
