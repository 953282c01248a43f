import { AS_GROUP, type FlowEvent, type RingVisit, type Target } from '../../state';
import { beginRinging, stopRinging } from '../ringing';
import { answerAct, emit, refuseAct, tell, type Run, type Turn } from '../run';
import { endSnooze } from '../slots';
import { happened } from '../wait-events';

type TransferEvent = Extract<FlowEvent, { type: 'transfer' }>;

/**
 * A person sends the enquiry to a group or agent. A `wait` that names `transfer-requested` leads on; at any other
 * `wait` the engine rings the destination itself and comes back to the same rest; what rings, waits in line or on a
 * list is rung there instead, and the node's outcomes stay what they are.
 */
export function transferAct(run: Run, event: TransferEvent): Turn | null {
  const { state } = run;
  const refused = refusal(run, event.to);
  if (refused) return refuseAct(run, event.act, refused);
  answerAct(run, event.act, { ok: true });
  endSnooze(run);
  tell(run, { kind: 'transfer', what: 'A transfer was asked for.', by: event.agent, detail: { ...event.to } });
  if (event.note !== undefined) emit(run, { do: 'keepNote', note: event.note, agent: event.agent });
  state.requested = { to: event.to, by: event.agent, ...(event.note === undefined ? {} : { note: event.note }) };
  const named = state.rest?.kind === 'wait' ? happened(run, 'transfer-requested') : null;
  if (named) return named;
  state.requested = null;
  return state.rest?.kind === 'wait'
    ? handOver(run, event.to, state.rest, { by: event.agent })
    : ringThere(run, event.to, event.agent);
}

function refusal({ state }: Run, to: Target): 'enquiry-parked' | 'already-assigned' | 'not-possible-now' | null {
  if (state.rest?.kind === 'parked') return 'enquiry-parked';
  if (!state.rest) return 'not-possible-now';
  return 'agent' in to && to.agent === state.assignee ? 'already-assigned' : null;
}

/**
 * Rings a destination that no node asked for, or puts the enquiry on its list, while whoever has the enquiry keeps it; comes
 * back to the same rest.
 */
export function handOver(
  run: Run,
  target: Target,
  back: RingVisit['back'],
  also: Partial<Pick<RingVisit, 'bound' | 'queueMs' | 'listMs' | 'otherwise' | 'by' | 'ahead'>> = {},
  leaveOut: string[] = holder(run),
): Turn {
  const { ringTimeoutMs: ringMs, queueTimeoutMs: queueMs } = run.defaults;
  const strategy = 'group' in target ? AS_GROUP : 'leastLoaded';
  const visit = { target, strategy, ringMs, ringGiven: false, queueMs, listMs: queueMs, back, ...also };
  return beginRinging(run, { purpose: 'handover', ...visit }, leaveOut);
}

function ringThere(run: Run, target: Target, by: string): Turn {
  const visit = run.state.ringing;
  stopRinging(run);
  if (!visit) return { turn: 'park', reason: 'a transfer was asked for at a rest that rings nobody' };
  if (visit.purpose === 'ring') {
    run.state.routed = target;
    delete run.state.sticky;
    if ('group' in target) run.state.group = target.group;
  }
  const strategy = 'group' in target ? visit.strategy : 'leastLoaded';
  const { sticky: _sticky, ...rest } = visit;
  return beginRinging(run, { ...rest, target, strategy, by }, holder(run));
}

function holder({ state }: Run): string[] {
  return state.assignee === null ? [] : [state.assignee];
}
