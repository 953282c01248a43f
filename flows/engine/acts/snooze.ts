import type { Answer, FlowEvent } from '../../state';
import type { WaitEvent } from '../../flow';
import { answerAct, ask, has, refuseAct, tell, type Run, type Turn } from '../run';
import { endSnooze, holdSlot, releaseSlot, setAwaiting, setTurn, unassign } from '../slots';
import { happened } from '../wait-events';
import { handOver } from './transfer';

/** The agent who has it lays it aside until a time: his slot is free meanwhile, and the flow's own wait stands still. */
export function snooze(run: Run, event: Extract<FlowEvent, { type: 'snooze' }>): null {
  const { state } = run;
  if (state.assignee === null || state.rest?.kind !== 'wait' || event.until <= run.at) {
    return refuseAct(run, event.act, state.assignee === null ? 'not-assigned' : 'not-possible-now');
  }
  endSnooze(run);
  state.lookAgainAt = null;
  state.snooze = { until: event.until, since: run.at, by: event.agent };
  releaseSlot(run);
  answerAct(run, event.act, { ok: true });
  tell(run, { kind: 'snooze', what: 'It was snoozed.', by: event.agent, detail: { until: event.until } });
  return null;
}

/** A person ends the snooze. */
export function unsnooze(run: Run, event: Extract<FlowEvent, { type: 'unsnooze' }>): Turn | null {
  const { state } = run;
  answerAct(run, event.act, { ok: true });
  if (!state.snooze) return null;
  tell(run, { kind: 'snooze', what: 'The snooze was ended.', by: event.agent });
  return wake(run, 'snooze-ended', event.agent);
}

/** The time of the snooze is over. */
export function snoozeOver(run: Run): Turn | null {
  tell(run, { kind: 'snooze', what: 'The snooze is over.' });
  return wake(run, 'snooze-ended', null);
}

/**
 * A snoozed enquiry returns to its agent, who holds a slot again, over his capacity if need be. It is asked whether he is
 * there, unless he ended it himself (`by`).
 */
export function wake(run: Run, event: WaitEvent, by: string | null): Turn | null {
  const { state } = run;
  endSnooze(run);
  const agent = state.assignee;
  if (agent === null || agent === by || state.asking) {
    setAwaiting(run, 'agent');
    return state.asking ? null : happened(run, event);
  }
  setTurn(run, 'agent');
  state.slot = agent;
  return ask(run, { do: 'holdSlot', agent, there: true }, { on: 'woken', event });
}

/** When its agent is gone, it goes to the head of its group's line; without a group it stays with him. */
export function woken(run: Run, answer: Answer | null, event: WaitEvent): Turn | null {
  const { state } = run;
  const { assignee, group } = state;
  const gone = has(answer, 'holder') && answer.holder === 'gone' && assignee !== null && group !== null;
  if (gone) {
    const what = 'The agent it was to return to is not there: it goes to the head of the line of its group.';
    tell(run, { kind: 'snooze', what, detail: { from: assignee, group } });
    unassign(run);
    state.status = 'waiting';
  } else if (assignee !== null && state.slot === null) holdSlot(run, assignee);
  const turn = happened(run, event);
  if (turn || !gone || state.rest?.kind !== 'wait') return turn;
  return handOver(run, { group }, state.rest, { listMs: null, ahead: true }, [assignee]);
}
