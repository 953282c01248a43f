import type { Answer, FlowEvent } from '../../state';
import { acceptedBy, stopRinging } from '../ringing';
import { answerAct, ask, has, tell, type Run, type Turn } from '../run';
import { assign } from '../slots';
import { reservationRefused } from './accept';

/** An agent takes an enquiry that nobody has, wherever it rests; ring and line end only when he has a slot. */
export function take(run: Run, event: Extract<FlowEvent, { type: 'take' }>): Turn | null {
  const { state } = run;
  const { agent, act } = event;
  // On the list of the group it is transferred to, to take it is to accept the transfer.
  const transferred = state.rest?.kind === 'list' && state.assignee !== agent;
  if (state.assignee !== null && !transferred) {
    const at = state.assignedAt ?? state.changedAt;
    answerAct(run, act, { ok: false, code: 'already-assigned', by: state.assignee, at });
    return null;
  }
  if (state.rest?.kind === 'ring' && !state.rest.offer.broadcast && state.rest.offer.agents.includes(agent)) {
    answerAct(run, act, { ok: true });
    tell(run, { kind: 'accept', what: 'An agent took it while it rang at him.', by: agent });
    return acceptedBy(run, agent);
  }
  return ask(run, { do: 'reserveFor', agent, force: false }, { on: 'take', agent }, act);
}

/** The slot for a take was asked for. */
export function takeReserved(run: Run, agent: string, act: string, answer: Answer): Turn | null {
  const { state, flow } = run;
  if (!has(answer, 'reserved')) {
    answerAct(run, act, reservationRefused(answer));
    return null;
  }
  answerAct(run, act, { ok: true });
  const what = 'An agent took it.';
  if (state.rest?.kind === 'parked') {
    // The course stays parked; the contact is served all the same.
    assign(run, agent);
    tell(run, { kind: 'take', what, by: agent });
    return null;
  }
  if (state.rest?.kind === 'list' && state.assignee !== null) {
    tell(run, { kind: 'take', what, by: agent });
    return acceptedBy(run, agent);
  }
  const taken = { turn: 'outcome' as const, outcome: 'accepted', what };
  const byRing = state.ringing?.purpose === 'ring' || state.ringing?.purpose === 'transfer';
  const back = state.ringing?.back;
  stopRinging(run, agent);
  if (back) state.rest = back;
  assign(run, agent);
  tell(run, { kind: 'take', what, by: agent });
  if (flow.onTaken !== undefined) return { turn: 'go', node: flow.onTaken, what };
  return byRing ? taken : null;
}
