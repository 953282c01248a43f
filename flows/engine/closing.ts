import { stopRinging } from './ringing';
import { tell, type Run, type Turn } from './run';
import { releaseSlot } from './slots';

/** Ends the enquiry's run: nothing rings, no slot is held. */
export function closeEnquiry(run: Run, reason: string, what: string): Turn {
  const { state } = run;
  stopRinging(run);
  releaseSlot(run);
  state.rest = null;
  state.ending = reason;
  state.closedAt = run.at;
  state.status = 'closed';
  tell(run, { kind: 'close', what, detail: { reason }, ...(state.closing ? { by: state.closing.by } : {}) });
  return { turn: 'ended' };
}
