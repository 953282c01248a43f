import type { TraceEntry } from '../../flows/state';
import type { ClosedEnquiries } from '../closed-enquiries';
import type { Collection } from '../database/collection';
import type { Enquiry, EnquiryRecord } from '../enquiries';
import type { OpenEnquiries } from '../open-enquiries';
import type { Stories } from '../stories';

const timelineKept = 200;

/** What lists show; the state and timeline need not travel back after each record. */
const shown = { state: 0, memory: 0, timeline: 0, mail: 0, 'flow.settings': 0, 'flow.defaults': 0 } as const;

/** What recording needs. */
interface RecordingPorts {
  collection: Collection<Enquiry>;
  open: OpenEnquiries;
  closed: ClosedEnquiries;
  stories: Stories;
}

/** Committing what a run decided, and the story it tells. */
export function recording({ collection, open, closed: closedOnes, stories }: RecordingPorts) {
  async function commit(record: EnquiryRecord): Promise<Enquiry | null> {
    const { state, now } = record;
    const closed = state.status === 'closed';
    return collection.change(
      'record',
      { _id: record.id, seq: record.base ?? { $lt: record.seq } },
      {
        $set: {
          seq: record.seq,
          state,
          memory: record.memory,
          status: state.status,
          awaiting: state.awaiting,
          assignee: state.assignee,
          group: state.group,
          ringing: state.rest?.kind === 'ring' ? state.rest.offer.agents : [],
          tags: state.tags,
          priority: state.priority,
          disposition: state.disposition,
          attention: state.attention ?? null,
          missed: state.missed ?? null,
          sla: record.sla ?? null,
          rest: record.rest,
          ...(record.run ? { run: record.run } : {}),
          ...(record.flow ? { flow: record.flow } : {}),
          changedAt: now,
          closedAt: closed ? new Date(state.closedAt ?? now.getTime()) : null,
          ending: state.ending,
        },
        $push: { timeline: { $each: record.timeline, $slice: -timelineKept } },
        $inc: { timelineLength: record.timeline.length },
      },
      shown,
    );
  }

  return {
    /** Commits a burst; `stale`: another record stands (or this very one) and nothing was changed. */
    async record(record: EnquiryRecord): Promise<'recorded' | 'stale' | 'unknown'> {
      await stories.keepBurst(record, () => collection.get(record.id));
      const after = await commit(record);
      const stands = after ?? (await collection.get(record.id));
      if (!stands) return 'unknown';
      if (!after && stands.seq !== record.seq) return 'stale';
      // A repeat after a crash still finishes what follows the commit.
      await stories.keepPage(stands, record.timeline.length, () => collection.get(record.id));
      await closedOnes.keep(stands);
      if (record.state.spam) await closedOnes.keepSpam(record.id, record.state.spam.at);
      if (stands.closedAt === null || stands.attention) await open.follow(stands);
      else open.leave(stands);
      return after ? 'recorded' : 'stale';
    },

    /** The whole story: timeline and the pages it overflowed to, oldest first. */
    async story(id: string): Promise<TraceEntry[]> {
      const enquiry = await collection.get(id);
      return enquiry ? stories.whole(enquiry) : [];
    },
  };
}
