import type { Answer, FlowEvent } from '../../state';
import { reopenNode } from '../closed-reply';
import { reopen } from '../mail';
import { answerAct, ask, has, refuseAct, tell, type Run, type Turn } from '../run';
import { assign } from '../slots';

/** A person opens a closed enquiry again; it is his, over his capacity if need be. */
export function reopenAct(run: Run, event: Extract<FlowEvent, { type: 'reopen' }>): Turn | null {
  const { agent, act } = event;
  if (run.state.status !== 'closed') return refuseAct(run, act, 'not-possible-now');
  return ask(run, { do: 'reserveFor', agent, force: true }, { on: 'reopen', agent }, act);
}

/** He has a slot, or may have none. The contact is not greeted a second time. */
export function reopenReserved(run: Run, agent: string, act: string, answer: Answer): Turn | null {
  const { state, flow } = run;
  if (!has(answer, 'reserved')) return refuseAct(run, act, 'not-possible-now');
  answerAct(run, act, { ok: true });
  greetNoMore(run);
  const turn = reopen(run, state.message, flow.onTaken ?? reopenNode(flow));
  assign(run, agent);
  tell(run, { kind: 'reopen', what: 'An agent opened it again.', by: agent });
  return turn;
}

/** Sees to it that an enquiry that runs anew sends no auto-reply that could be a second one. */
export function greetNoMore({ state, defaults }: Run): void {
  state.autoReplies = Math.max(state.autoReplies, defaults.autoReplies);
}
