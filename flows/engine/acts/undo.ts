import type { Answer, FlowEvent } from '../../state';
import { withdrawRing } from '../ringing';
import { answerAct, ask, has, refuseAct, rest, tell, type Run, type Turn } from '../run';
import { slaOwedAgain } from '../sla';
import { holdSlot } from '../slots';

type UndoCloseEvent = Extract<FlowEvent, { type: 'undo-close' }>;

/** Who asked for a transfer takes it back while nobody has accepted: it stays where it was. */
export function undoTransfer(run: Run, event: Extract<FlowEvent, { type: 'undo-transfer' }>): Turn | null {
  const { ringing } = run.state;
  if (!ringing || ringing.purpose === 'ring' || ringing.by !== event.agent) {
    return refuseAct(run, event.act, 'too-late');
  }
  answerAct(run, event.act, { ok: true });
  return withdrawRing(run, event.agent);
}

/**
 * Who closed an enquiry takes it back within the undo time: its notice, which waits as long, does not leave, and the run
 * goes on where it was.
 */
export function undoClose(run: Run, event: UndoCloseEvent): Turn | null {
  const { undo, closedAt, status } = run.state;
  const late = !undo || undo.by !== event.agent || closedAt === null || run.at > closedAt + event.withinMs;
  if (status !== 'closed' || late) return refuseAct(run, event.act, 'too-late');
  if (event.keepsMet) delete undo.sla;
  if (undo.mail !== undefined) {
    return ask(run, { do: 'discardMail', outbox: undo.mail }, { on: 'undo', agent: event.agent }, event.act);
  }
  answerAct(run, event.act, { ok: true });
  return goOn(run, event.agent);
}

/** The notice was kept back, or has left already. */
export function undoAnswered(run: Run, agent: string, act: string, answer: Answer): Turn | null {
  if (!has(answer, 'discarded') || !answer.discarded) return refuseAct(run, act, 'too-late');
  answerAct(run, act, { ok: true });
  return goOn(run, agent);
}

function goOn(run: Run, by: string): Turn | null {
  const { state } = run;
  const { undo } = state;
  if (!undo) return null;
  state.status = 'waiting';
  state.ending = null;
  state.closedAt = null;
  state.closing = null;
  state.undo = null;
  state.disposition = undo.disposition;
  state.attention = undo.attention;
  state.node = undo.node;
  tell(run, { kind: 'reopen', what: 'The close was taken back.', by, detail: { undone: true } });
  if (undo.sla) slaOwedAgain(run, undo.sla);
  if (state.assignee !== null && state.awaiting === 'agent') holdSlot(run, state.assignee);
  if (undo.rest) return rest(run, undo.rest);
  return { turn: 'go', node: undo.node ?? run.flow.start, what: 'It goes on where it was.' };
}
