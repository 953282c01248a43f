import { tell, type Run, type Turn } from './run';
import { releaseSlot } from './slots';

/** Ends the enquiry's run and gives its slot free; whatever rang has been stopped before the course came here. */
export function closeEnquiry(run: Run, reason: string, what: string): Turn {
  const { state } = run;
  releaseSlot(run);
  state.rest = null;
  state.lookAgainAt = null;
  state.ending = reason;
  state.closedAt = run.at;
  state.status = 'closed';
  tell(run, { kind: 'close', what, detail: { reason }, ...(state.closing ? { by: state.closing.by } : {}) });
  return { turn: 'ended' };
}
