import { TypedSearchAttributes } from '@temporalio/common';
import type { OpenedEnquiry } from '../activities/ports';
import {
  flowDefaults,
  linkPublished,
  NO_MESSAGE,
  WORKSPACE_CALENDAR,
  type Calendar,
  type Flow,
  type MessageFacts,
} from '../flows';
import type { Store } from '../store';
import { enquiryWorkflowId, type EnquiryInput } from '../workflows/messages';
import { attributeKeys } from '../workflows/search-attributes';

/** Options of a start that depend on the enquiry only. */
export interface EnquiryStart {
  workflowId: string;
  args: [EnquiryInput];
  typedSearchAttributes: TypedSearchAttributes;
  staticSummary: string;
}

/** Makes the start of an enquiry's run, the same whoever asks for it; null when there is no such enquiry. */
export async function enquiryStart(
  store: Store,
  enquiryId: string,
  opened?: OpenedEnquiry,
): Promise<EnquiryStart | null> {
  const found = opened ?? (await readOpened(store, enquiryId));
  if (!found) return null;
  const { enquiry, first } = found;
  const pinned = enquiry.flow;
  const revision = await store.flows.revision(pinned.id, pinned.revision);
  if (!revision) throw new Error(`Revision ${pinned.revision} of flow ${pinned.id} is not in the store.`);
  const flow = await linkPublished(revision, store.flows.revision);
  const input: EnquiryInput = {
    enquiryId,
    number: enquiry.number,
    channelId: enquiry.channel,
    contact: enquiry.contact,
    fromDomain: first.fromDomain,
    flow,
    revision: { flow: pinned.id, number: pinned.revision, sha256: pinned.sha256 },
    settings: pinned.settings,
    defaults: { ...(pinned.defaults ?? flowDefaults), ...(await calendarOf(store, flow)) },
    message: first,
    ...(enquiry.writtenBy ? { writtenBy: enquiry.writtenBy } : {}),
    ...(enquiry.splitFrom ? { splitFrom: enquiry.splitFrom } : {}),
  };
  return {
    workflowId: enquiryWorkflowId(enquiryId),
    args: [input],
    staticSummary: summaryOf(enquiry, first.fromDomain).slice(0, 200),
    typedSearchAttributes: new TypedSearchAttributes([
      { key: attributeKeys.channel, value: enquiry.channel.slice(0, 200) },
      { key: attributeKeys.status, value: 'waiting' },
      { key: attributeKeys.flow, value: pinned.id.slice(0, 200) },
      { key: attributeKeys.revision, value: pinned.revision },
      ...(enquiry.contact ? [{ key: attributeKeys.contact, value: enquiry.contact.slice(0, 200) }] : []),
    ]),
  };
}

/** Agreed times are counted by the calendar as it is when the run starts; a flow without any reads none. */
async function calendarOf(
  store: Store,
  { sla, calendar = WORKSPACE_CALENDAR }: Flow,
): Promise<{ calendar?: Calendar }> {
  const found = sla ? await store.calendars.get(calendar) : null;
  if (!found) return {};
  const { timezone, hours, holidays } = found;
  return { calendar: { timezone, hours, holidays } };
}
const summaryOf = ({ channel, number, writtenBy }: OpenedEnquiry['enquiry'], fromDomain: string): string =>
  writtenBy ? `${channel} #${number}, written by ${writtenBy}` : `${channel} #${number}, from ${fromDomain}`;

/** Nobody wrote to us yet, or the mail is not kept: what a flow reads of the mail is empty, and nothing answers it. */
const noMessage = (enquiryId: string): MessageFacts => ({ ...NO_MESSAGE, id: `${enquiryId}:none` });

async function readOpened(store: Store, enquiryId: string): Promise<OpenedEnquiry | null> {
  const enquiry = await store.enquiries.load(enquiryId);
  if (enquiry?.writtenBy) return { enquiry, first: noMessage(enquiryId) };
  if (!enquiry) return null;
  const firstId = enquiry.mail.find((each) => each.direction === 'in')?.message;
  const first = firstId === undefined ? null : (await store.messages.get(firstId))?.facts;
  if (first) return { enquiry, first };
  // One that has run once goes on from its own state: a note, or a tag, needs no mail.
  return enquiry.state ? { enquiry, first: noMessage(enquiryId) } : null;
}
