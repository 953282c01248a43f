import type { ErrandKind, FlowEvent } from '../../state';
import { refuseAct, tell, type Run } from '../run';

/** Enquiries are merged into elder ones only: so no two can be merged into each other. */
export function merge(run: Run, event: Extract<FlowEvent, { type: 'merge' }>): null {
  const { into, number } = event;
  return plan(run, event, { do: 'merge', into, number }, `It is merged into enquiry ${number}.`, { into, number });
}

/** A merge is taken back: the enquiry goes on where it was, with what came in its own thread since. */
export function unmerge(run: Run, event: Extract<FlowEvent, { type: 'unmerge' }>): null {
  const { merged } = run.state;
  if (!merged || run.at > merged.at + event.withinMs) {
    return refuseAct(run, event.act, merged ? 'too-late' : 'not-possible-now');
  }
  const { into, number } = merged;
  return plan(run, event, { do: 'unmerge' }, `The merge into enquiry ${number} is taken back.`, { from: into, number });
}

/** One message goes to another enquiry, or to a new one. */
export function part(run: Run, event: Extract<FlowEvent, { type: 'part' }>): null {
  const { message, to, fresh } = event;
  const what = fresh ? 'A message is split off.' : 'A message is moved to another enquiry.';
  return plan(run, event, { do: 'part', message, to, ...(fresh ? { fresh } : {}) }, what, { message, to });
}

/**
 * Two enquiries change, and each has a run of its own. So the word is recorded before anything is done: whoever dies then is
 * followed by somebody who goes on, and what is done may be done again.
 */
function plan(
  run: Run,
  { act, agent }: { act: string; agent: string },
  what: ErrandKind,
  told: string,
  detail: Record<string, unknown>,
): null {
  const { state, at } = run;
  state.errand = { ...what, act, by: agent, at };
  tell(run, { kind: what.do, what: told, by: agent, detail });
  return null;
}
