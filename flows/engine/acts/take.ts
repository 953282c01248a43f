import type { Answer, FlowEvent, Pending } from '../../state';
import { acceptedBy, stopRinging } from '../ringing';
import { answerAct, ask, has, refuseAct, tell, zoneOf, type Run, type Turn } from '../run';
import { assign } from '../slots';
import { reservationRefused } from './accept';

/**
 * An agent takes an enquiry that nobody has, wherever it rests; ring and line end only when he has a slot. `over`: from
 * whoever has it; `to`: somebody else is given it.
 */
export function take(run: Run, event: Extract<FlowEvent, { type: 'take' }>): Turn | null {
  const { state } = run;
  const { act, over = false } = event;
  const agent = event.to ?? event.agent;
  // On the list of the group it is transferred to, to take it is to accept the transfer.
  const transferred = state.rest?.kind === 'list' && state.assignee !== agent;
  if (state.assignee === agent && event.agent === agent) {
    // It is his already: he has what he wanted, and nothing changes.
    answerAct(run, act, { ok: true, detail: { already: 'It is yours already; nothing was changed.' } });
    return null;
  }
  if (state.assignee !== null && !transferred && (!over || state.assignee === agent)) {
    const at = state.assignedAt ?? state.changedAt;
    return refuseAct(run, act, 'already-assigned', { by: state.assignee, at });
  }
  if (state.rest?.kind === 'ring' && !state.rest.offer.broadcast && state.rest.offer.agents.includes(agent)) {
    answerAct(run, act, { ok: true });
    tell(run, { kind: 'accept', what: 'An agent took it while it rang at him.', by: agent });
    return acceptedBy(run, agent);
  }
  const received = { received: true as const, ...zoneOf(run) };
  const pending = { on: 'take' as const, agent, by: event.agent, ...(over ? { over } : {}) };
  return ask(run, { do: 'reserveFor', agent, force: event.to !== undefined, ...received }, pending, act);
}

/** The slot for a take was asked for. */
export function takeReserved(
  run: Run,
  { agent, by = agent, over }: Extract<Pending, { on: 'take' }>,
  act: string,
  answer: Answer,
): Turn | null {
  const { state, flow } = run;
  if (!has(answer, 'reserved')) {
    answerAct(run, act, reservationRefused(answer));
    return null;
  }
  answerAct(run, act, { ok: true });
  const from = state.assignee;
  const what = by === agent ? 'An agent took it.' : 'It was given to an agent.';
  const told = { kind: 'take', what, by, ...(from || by !== agent ? { detail: { from, agent } } : {}) };
  if (state.rest?.kind === 'parked') {
    // The course stays parked; the contact is served all the same.
    assign(run, agent);
    tell(run, told);
    return null;
  }
  if (state.rest?.kind === 'list' && from !== null && !over) {
    tell(run, told);
    return acceptedBy(run, agent);
  }
  const taken = { turn: 'outcome' as const, outcome: 'accepted', what };
  const byRing = state.ringing?.purpose === 'ring' || state.ringing?.purpose === 'transfer';
  const back = state.ringing?.back;
  stopRinging(run, agent);
  if (back) state.rest = back;
  assign(run, agent);
  tell(run, told);
  // Who takes over goes on where the other was.
  if (flow.onTaken !== undefined && from === null) return { turn: 'go', node: flow.onTaken, what };
  return byRing ? taken : null;
}
