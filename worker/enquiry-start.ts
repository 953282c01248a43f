import { TypedSearchAttributes } from '@temporalio/common';
import type { OpenedEnquiry } from '../activities/ports';
import { flowDefaults, linkPublished } from '../flows';
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
    defaults: pinned.defaults ?? flowDefaults,
    message: first,
  };
  return {
    workflowId: enquiryWorkflowId(enquiryId),
    args: [input],
    staticSummary: `${enquiry.channel} #${enquiry.number}, from ${first.fromDomain}`.slice(0, 200),
    typedSearchAttributes: new TypedSearchAttributes([
      { key: attributeKeys.channel, value: enquiry.channel.slice(0, 200) },
      { key: attributeKeys.status, value: 'waiting' },
      { key: attributeKeys.flow, value: pinned.id.slice(0, 200) },
      { key: attributeKeys.revision, value: pinned.revision },
      ...(enquiry.contact ? [{ key: attributeKeys.contact, value: enquiry.contact.slice(0, 200) }] : []),
    ]),
  };
}

async function readOpened(store: Store, enquiryId: string): Promise<OpenedEnquiry | null> {
  const enquiry = await store.enquiries.load(enquiryId);
  const firstId = enquiry?.mail.find((each) => each.direction === 'in')?.message;
  if (!enquiry || firstId === undefined) return null;
  const first = (await store.messages.get(firstId))?.facts;
  return first ? { enquiry, first } : null;
}
