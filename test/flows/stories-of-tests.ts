import { simulate, type Flow, type FlowTest } from '../../flows';
import type { RecordedRun } from '../../flows/simulation/recorded-run';

/** The run of a flow's test as the store would tell it after it happened. */
export function aStory(flow: Flow, { given = {}, answers = {} }: FlowTest): RecordedRun {
  const { trace, state } = simulate(flow, { ...given, answers });
  return {
    flow,
    settings: given.settings ?? {},
    enquiry: state.enquiryId,
    channel: state.channelId,
    at: state.startedAt,
    message: state.message,
    facts: given.facts ?? {},
    story: trace,
  };
}
