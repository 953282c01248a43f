import { tell, type Run, type Turn } from './run';
import { slaClosed } from './sla';
import { releaseSlot } from './slots';

/** Ends the enquiry's run and gives its slot free; whatever rang has been stopped before the course came here. */
export function closeEnquiry(run: Run, reason: string, what: string): Turn {
  const { state } = run;
  releaseSlot(run, state.closing !== null && state.closing.by === state.slot);
  slaClosed(run);
  if (state.assignee !== null) state.served = { agent: state.assignee, at: run.at };
  state.rest = null;
  state.lookAgainAt = null;
  state.snooze = null;
  state.idle = null;
  state.ending = reason;
  state.closedAt = run.at;
  state.status = 'closed';
  tell(run, { kind: 'close', what, detail: { reason }, ...(state.closing ? { by: state.closing.by } : {}) });
  return { turn: 'ended' };
}
