import { AS_GROUP, type ActRefusal, type FlowEvent, type WaitRest } from '../../state';
import { beginRinging, stopRinging } from '../ringing';
import { answerAct, emit, refuseAct, tell, type Run, type Turn } from '../run';
import { endSnooze, releaseSlot, setTurn } from '../slots';
import { waitHere } from '../wait-events';

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
  releaseSlot(run);
  state.lookAgainAt = null;
  state.assignee = null;
  state.assignedAt = null;
  state.status = 'waiting';
  setTurn(run, 'agent');
  return returnToGroup(run, group, state.rest.kind === 'wait' ? state.rest : back, { leaveOut: [from] });
}

/** Rings the group, or puts the enquiry on its list, with nobody who has it; comes back to the same wait. */
export function returnToGroup(
  run: Run,
  group: string,
  back: WaitRest,
  { leaveOut, ahead = false }: { leaveOut: string[]; ahead?: boolean },
): Turn {
  const { ringTimeoutMs: ringMs, queueTimeoutMs: queueMs } = run.defaults;
  const visit = { target: { group }, strategy: AS_GROUP, ringMs, ringGiven: false, queueMs, listMs: null, back };
  return beginRinging(run, { purpose: 'handover', ...visit, ...(ahead ? { ahead } : {}) }, leaveOut);
}

function refusal({ state }: Run, back: WaitRest | null): ActRefusal | null {
  if (state.rest?.kind === 'parked') return 'enquiry-parked';
  if (state.assignee === null) return 'not-assigned';
  if (state.group === null) return 'no-group';
  return back ? null : 'not-possible-now';
}
