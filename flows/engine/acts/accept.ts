import type { ActOutcome, Answer, EnquiryState, FlowEvent } from '../../state';
import { acceptedBy } from '../ringing';
import { answerAct, ask, has, tell, type Run, type Turn } from '../run';

/** An agent accepts the offer that rings at him; a broadcast reserves his slot only now. */
export function accept(run: Run, event: Extract<FlowEvent, { type: 'accept' }>): Turn | null {
  const { state } = run;
  const { agent, act } = event;
  const ringing = state.rest?.kind === 'ring' ? state.rest : null;
  if (!ringing || ringing.offer.id !== event.offer || !ringing.offer.agents.includes(agent)) {
    answerAct(run, act, offerOver(state, agent));
    return null;
  }
  if (ringing.offer.broadcast) {
    return ask(run, { do: 'reserveFor', agent, force: false }, { on: 'accept', agent }, act);
  }
  answerAct(run, act, { ok: true });
  return accepted(run, agent);
}

/** The slot for an accepted broadcast was asked for; without one the others ring on. */
export function acceptReserved(run: Run, agent: string, act: string, answer: Answer): Turn | null {
  if (has(answer, 'reserved')) {
    answerAct(run, act, { ok: true });
    return accepted(run, agent);
  }
  answerAct(run, act, reservationRefused(answer));
  return null;
}

/** Why no slot could be reserved for an agent. */
export function reservationRefused(answer: Answer): ActOutcome {
  const full = has(answer, 'nobody') && answer.nobody === 'full';
  return { ok: false, code: full ? 'agent-full' : 'not-possible-now' };
}

/** What somebody is told whose offer does not ring any more; he who has the enquiry already has what he wanted. */
export function offerOver(state: EnquiryState, agent: string): ActOutcome {
  if (state.assignee === null) return { ok: false, code: 'offer-over' };
  if (state.assignee === agent) return { ok: true };
  return { ok: false, code: 'offer-taken', by: state.assignee, at: state.assignedAt ?? state.changedAt };
}

function accepted(run: Run, agent: string): Turn {
  tell(run, { kind: 'accept', what: 'An agent accepted.', by: agent });
  return acceptedBy(run, agent);
}
