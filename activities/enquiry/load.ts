import { ApplicationFailure } from '@temporalio/common';
import type { RunActivities } from '../effects';
import type { Ports } from '../ports';

/** What the store knows when a run begins: the recorded state, if any, and the mails that state has not taken. */
export const load =
  ({ store }: Pick<Ports, 'store'>): RunActivities['load'] =>
  async ({ enquiryId, startedBy }) => {
    const enquiry = await store.enquiries.load(enquiryId);
    if (!enquiry) throw ApplicationFailure.nonRetryable(`There is no enquiry ${enquiryId}.`, 'EnquiryUnknown');
    const { state, memory } = enquiry;
    const seen = new Set(memory?.seen ?? [startedBy]);
    const missing = enquiry.mail.filter((each) => !each.before && each.direction === 'in' && !seen.has(each.message));
    const messages = missing.length > 0 ? await store.messages.getMany(missing.map((each) => each.message)) : [];
    return {
      carried: state && memory ? { state, acts: memory.acts, seen: memory.seen } : null,
      mails: messages.flatMap((message) => (message.facts ? [message.facts] : [])),
    };
  };
