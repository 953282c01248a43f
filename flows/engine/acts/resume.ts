import type { ActRefusal, FlowEvent } from '../../state';
import { mailsAgain } from '../mails-again';
import { answerAct, nodeOf, refuseAct, tell, type Run, type Turn } from '../run';
import { happened } from '../wait-events';

type Resume = Extract<FlowEvent, { type: 'resume' }>;

/**
 * A supervisor lets a parked enquiry go on at a node, or ends a `wait` that names him. The guards begin anew. Where
 * somebody would get a mail a second time by it, he must say that he wants that.
 */
export function resume(run: Run, event: Resume): Turn | null {
  const { state } = run;
  const refused = refusal(run, event);
  if (refused) return refuseAct(run, event.act, refused);
  answerAct(run, event.act, { ok: true });
  const why = state.rest?.kind === 'parked' ? { reason: state.rest.reason } : null;
  state.burst = 0;
  state.steps = 0;
  state.failing = false;
  const what = why ? `A supervisor let it go on at "${event.node}".` : 'A supervisor let it go on.';
  tell(run, { kind: 'resume', what, by: event.agent, ...(why ? { detail: why } : {}) });
  return why ? { turn: 'go', node: event.node, what: 'It goes on.' } : happened(run, 'supervisor-resumed');
}

function refusal(run: Run, { node, mailAgain = false }: Resume): ActRefusal | null {
  const { rest } = run.state;
  if (rest?.kind === 'wait' && rest.for.includes('supervisor-resumed')) return null;
  if (rest?.kind !== 'parked') return 'not-possible-now';
  if (!nodeOf(run.flow, node)) return 'node-unknown';
  return !mailAgain && mailsAgain(run, node) !== null ? 'would-mail-again' : null;
}
