import type { TraceEntry } from '../../flows/state';
import type { Collection } from '../database/collection';
import type { Enquiry, MailStop } from '../enquiries';
import type { OpenEnquiries } from '../open-enquiries';
import type { Stories } from '../stories';

const timelineKept = 200;

/** What marking needs. */
interface MarkingPorts {
  collection: Collection<Enquiry>;
  open: OpenEnquiries;
  stories: Stories;
}

/** What is said of an enquiry from outside its run. */
export function marking({ collection, open, stories }: MarkingPorts) {
  async function tell(id: string, entry: Omit<TraceEntry, 'seq'>): Promise<void> {
    const enquiry = await collection.get(id);
    if (!enquiry) return;
    const timeline = { $each: [{ ...entry, seq: enquiry.seq }], $slice: -timelineKept };
    const told = { $push: { timeline }, $inc: { timelineLength: 1 } };
    const after = await collection.change('tell', { _id: id }, told, { state: 0, timeline: 0 });
    if (after) await stories.keepPage(after, 1, () => collection.get(id));
  }

  return {
    /** Adds a line to the story that no run wrote. */
    tell,
    /** Says that an answer left from another channel than the enquiry's own. */
    answerFrom: (id: string, channel: string): Promise<void> =>
      collection.amend('answerFrom', { _id: id }, { $addToSet: { answeredFrom: channel } }),

    /** An answer of it is to leave later. */
    schedule: (id: string, mail: string): Promise<void> =>
      collection.amend('schedule', { _id: id }, { $addToSet: { scheduled: mail } }),
    /** It has left, or never will. */
    unschedule: (id: string, mail: string): Promise<void> =>
      collection.amend('unschedule', { _id: id }, { $pull: { scheduled: mail } }),

    /**
     * Stops the automatic mail of an open enquiry, or lets it go again (null), and tells it in the story; false when it
     * is closed, unknown, or so already.
     */
    async stopMail(id: string, stop: MailStop | null, { by, at }: { by: string; at: Date }): Promise<boolean> {
      const other = stop ? { mailStopped: null } : { mailStopped: { $ne: null } };
      const marked = { $set: { mailStopped: stop } };
      if (!(await collection.update('stopMail', { _id: id, closedAt: null, ...other }, marked))) return false;
      await open.stopMail(id, stop);
      const what = stop ? `Its automatic mail was stopped: ${stop.reason}.` : 'Its automatic mail may leave again.';
      await tell(id, { at: at.getTime(), node: null, kind: 'mail', what, by });
      return true;
    },
  };
}
