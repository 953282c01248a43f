import { isDeepStrictEqual } from 'node:util';
import { slaStanding } from '../../flows';
import type { RunActivities } from '../effects';
import { queueEventsOf } from '../events/queue-events';
import { tellOfStory } from '../notices/tell-of-story';
import { countSla } from './count-sla';
import type { Ports } from '../ports';
import { beginWrapUp } from '../routing/wrap-up';

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
      sla: slaStanding(state),
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
    const numberOf = once(async () => (await store.enquiries.get(enquiryId))?.number ?? 0);
    await tellOfStory({ store }, state, trace, numberOf);
    await countSla({ store, now }, state, trace);
    await queueEventsOf({ store, now }, state, trace, { first: base === 0, numberOf });
    // Whoever had answered before he closes it holds no slot any more; he writes up what he did all the same.
    const closed = trace.find(({ kind, by }) => kind === 'close' && by !== undefined && by === state.assignee);
    if (closed?.by !== undefined && state.status === 'closed') {
      await beginWrapUp({ store, now }, { agent: closed.by, enquiryId, group: state.group, at: closed.at });
    }
    return { ahead: null };
  };

/** Asks when it is first needed, and not again. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | null = null;
  return () => (asked ??= ask());
}
