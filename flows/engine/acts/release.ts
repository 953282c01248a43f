import type { ActRefusal, FlowEvent, WaitRest } from '../../state';
import { stopRinging } from '../ringing';
import { answerAct, emit, refuseAct, tell, type Run, type Turn } from '../run';
import { endSnooze, setTurn, unassign } from '../slots';
import { waitHere } from '../wait-events';
import { handOver } from './transfer';

/** Who has the enquiry, or a supervisor, gives it up: its group is rung, or finds it in its list. */
export function release(run: Run, event: Extract<FlowEvent, { type: 'release' }>): Turn | null {
  const { state } = run;
  const { assignee: from, group } = state;
  const back = waitHere(run);
  const refused = refusal(run, back);
  if (refused || from === null || group === null || !back) {
    return refuseAct(run, event.act, refused ?? 'not-possible-now');
  }
  answerAct(run, event.act, { ok: true });
  tell(run, { kind: 'release', what: 'It was given up.', by: event.agent, detail: { from, group } });
  if (event.note !== undefined) emit(run, { do: 'keepNote', note: event.note, agent: event.agent });
  stopRinging(run);
  state.rest = back;
  endSnooze(run);
  unassign(run);
  state.lookAgainAt = null;
  state.status = 'waiting';
  setTurn(run, 'agent');
  return handOver(run, { group }, state.rest, { listMs: null }, [from]);
}

function refusal({ state }: Run, back: WaitRest | null): ActRefusal | null {
  if (state.rest?.kind === 'parked') return 'enquiry-parked';
  if (state.assignee === null) return 'not-assigned';
  if (state.group === null) return 'no-group';
  return back ? null : 'not-possible-now';
}
