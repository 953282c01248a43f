import type { FlowEvent } from '../../state';
import { answerAct, nodeOf, tell, type Run, type Turn } from '../run';
import { happened } from '../wait-events';

/** A supervisor lets a parked enquiry go on at a node, or ends a `wait` that names him. The guards begin anew. */
export function resume(run: Run, event: Extract<FlowEvent, { type: 'resume' }>): Turn | null {
  const { state } = run;
  const parked = state.rest?.kind === 'parked';
  const named = state.rest?.kind === 'wait' && state.rest.for.includes('supervisor-resumed');
  if ((!parked && !named) || (parked && !nodeOf(run.flow, event.node))) {
    answerAct(run, event.act, { ok: false, code: 'not-possible-now' });
    return null;
  }
  answerAct(run, event.act, { ok: true });
  state.burst = 0;
  state.steps = 0;
  state.failing = false;
  const what = 'A supervisor let it go on.';
  tell(run, { kind: 'resume', what, by: event.agent });
  return parked ? { turn: 'go', node: event.node, what } : happened(run, 'supervisor-resumed');
}
