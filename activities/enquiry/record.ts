import { isDeepStrictEqual } from 'node:util';
import type { RunActivities } from '../effects';
import { tellOfStory } from '../notices/tell-of-story';
import type { Ports } from '../ports';

/** Commits the state and the story of a burst by one compare-and-set on `seq`; a repeat changes nothing. */
export const record =
  ({ store, now }: Pick<Ports, 'store' | 'now'>): RunActivities['record'] =>
  async ({ enquiryId, run, base, carried, trace, awaited, until, pin }) => {
    const { state, acts, seen } = carried;
    const outcome = await store.enquiries.record({
      id: enquiryId,
      seq: state.seq,
      base,
      state,
      memory: { acts, seen },
      rest: { what: awaited, until: until === null ? null : new Date(until) },
      timeline: trace,
      run,
      ...(pin ? { flow: pin } : {}),
      now: now(),
    });
    if (outcome === 'stale') {
      const stands = await store.enquiries.load(enquiryId);
      if (stands?.state && stands.memory && !isDeepStrictEqual(stands.state, state)) {
        return { ahead: { state: stands.state, ...stands.memory, revision: stands.flow.revision } };
      }
    }
    store.hints.tell({
      about: 'enquiry',
      id: enquiryId,
      channel: state.channelId,
      group: state.group,
      assignee: state.assignee,
      ringing: state.rest?.kind === 'ring' ? state.rest.offer.agents : [],
    });
    await tellOfStory({ store }, state, trace);
    return { ahead: null };
  };
