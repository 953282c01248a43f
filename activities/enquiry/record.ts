import type { RunActivities } from '../effects';
import type { Ports } from '../ports';

/** Commits the state and the story of a burst by one compare-and-set on `seq`; a repeat changes nothing. */
export const record =
  ({ store, now }: Pick<Ports, 'store' | 'now'>): RunActivities['record'] =>
  async ({ enquiryId, run, carried, trace, awaited, until }) => {
    const { state, acts, seen } = carried;
    const outcome = await store.enquiries.record({
      id: enquiryId,
      seq: state.seq,
      state,
      memory: { acts, seen },
      rest: { what: awaited, until: until === null ? null : new Date(until) },
      timeline: trace,
      run,
      now: now(),
    });
    if (outcome === 'stale') {
      const stands = await store.enquiries.load(enquiryId);
      if (stands?.state && stands.memory && stands.seq > state.seq)
        return { ahead: { state: stands.state, ...stands.memory } };
    }
    store.hints.tell({
      about: 'enquiry',
      id: enquiryId,
      channel: state.channelId,
      group: state.group,
      assignee: state.assignee,
    });
    return { ahead: null };
  };
