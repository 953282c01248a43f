import type { FlowEvent, UndoClose, WaitRest } from '../../state';
import { closeEnquiry } from '../closing';
import { stopRinging } from '../ringing';
import { answerAct, tell, type Run, type Turn } from '../run';
import { endSnooze } from '../slots';
import { waitHere } from '../wait-events';

/** A person closes the enquiry: by the outcome of the `wait` that names it, else at the flow's `onClosed`. */
export function closeAct(run: Run, event: Extract<FlowEvent, { type: 'close' }>): Turn | null {
  const { state, flow } = run;
  const parked = state.rest?.kind === 'parked';
  const wait = waitHere(run);
  endSnooze(run);
  state.undo = undoOf(run, event.agent, wait);
  state.disposition = event.disposition ?? state.disposition;
  state.attention = null;
  state.closing = { by: event.agent, notify: event.notify };
  answerAct(run, event.act, { ok: true });
  const what = 'An agent closed it.';
  tell(run, { kind: 'close', what, by: event.agent });
  stopRinging(run);
  if (wait?.for.includes('agent-closed')) return { turn: 'outcome', outcome: 'agent-closed', what };
  // A parked flow is not to be trusted with its own end.
  if (parked || flow.onClosed === undefined) return closeEnquiry(run, 'agent-closed', what);
  return { turn: 'go', node: flow.onClosed, what };
}

function undoOf({ state }: Run, by: string, wait: WaitRest | null): UndoClose {
  const { node, rest, disposition, attention = null, sla } = state;
  const there = rest?.kind === 'parked' || rest?.kind === 'wait' ? rest : wait;
  return { by, node: there?.node ?? node, rest: there, disposition, attention, ...(sla ? { sla } : {}) };
}
