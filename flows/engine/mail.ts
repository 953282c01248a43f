import type { Answer, FlowEvent, MessageFacts } from '../state';
import { closedReplyVerdict } from './closed-reply';
import { ask, emit, has, tell, type Run, type Turn } from './run';
import { lookAtHolder } from './holder';
import { setAwaiting, setTurn } from './slots';
import { happened } from './wait-events';

/** Slug of the template of the notice that a closed thread takes no more mail. */
export const CLOSED_THREAD_TEMPLATE = 'closed-thread-notice';

/** A mail joined the enquiry. Automatic mail and mail of others than participants is kept and changes no course. */
export function mailJoined(run: Run, { message }: Extract<FlowEvent, { type: 'mail' }>): Turn | null {
  const { state } = run;
  recordMail(run, message);
  if (state.status === 'closed') return mailWhileClosed(run, message);
  if (!fromContact(message)) return null;
  if (state.attention) state.attention = { ...state.attention, turned: false };
  // The question that is open decides the course first; the driver holds events back meanwhile.
  const holder = state.asking || state.rest?.kind !== 'wait' || !state.bound ? null : state.assignee;
  if (holder === null) {
    setAwaiting(run, 'agent');
    return state.asking ? null : happened(run, 'customer-replied');
  }
  setTurn(run, 'agent');
  return lookAtHolder(run, holder, false);
}

function recordMail(run: Run, message: MessageFacts): void {
  const { state } = run;
  state.messages += 1;
  state.newest = message;
  if (fromContact(message)) state.answerTo = message.id;
  const what = message.automatic
    ? 'An automatic mail came; it is kept and changes nothing.'
    : message.participant
      ? 'The contact wrote.'
      : 'Somebody else wrote in this thread; it is kept and changes nothing.';
  tell(run, { kind: 'mail', what, detail: { message: message.id, automatic: message.automatic } });
}

function mailWhileClosed(run: Run, message: MessageFacts): Turn | null {
  const { state } = run;
  if (message.automatic) return null;
  const { flow, settings, defaults } = run;
  const { verdict, at } = closedReplyVerdict(flow, settings, state.closedAt ?? state.changedAt, run.at, defaults);
  if (verdict === 'reopen') return reopen(run, message, at);
  if (verdict === 'refuse' && message.participant && !state.refusalSent) {
    state.refusalSent = true;
    const notice = { mail: 'closed-thread-notice', template: CLOSED_THREAD_TEMPLATE, messageId: message.id } as const;
    return ask(run, { do: 'queueMail', ...notice }, { on: 'refusal', message: message.id });
  }
  turnAway(run, message.id, verdict === 'new' ? 'new-enquiry' : 'refused');
  return null;
}

/** The notice of a closed thread was asked for; `why`: it was not sent. */
export function refusalAnswered(run: Run, message: string, answer: Answer | null): null {
  if (!has(answer, 'queued')) {
    const why = has(answer, 'suppressed') ? answer.suppressed : 'it could not be written';
    tell(run, { kind: 'mail', what: `No notice that the thread is closed: ${why}.`, detail: { suppressed: why } });
  }
  turnAway(run, message, 'refused');
  return null;
}

function turnAway(run: Run, messageId: string, to: 'new-enquiry' | 'refused'): void {
  const what = to === 'new-enquiry' ? 'The mail belongs to a new enquiry.' : 'The thread is closed.';
  tell(run, { kind: 'closed', what, detail: { message: messageId } });
  emit(run, { do: 'turnAwayMail', messageId, to }, null);
}

/** Opens a closed enquiry again at a node, with the mail that came as its message and nobody who has it. */
export function reopen(run: Run, message: MessageFacts, node: string): Turn {
  const { state } = run;
  state.reopened += 1;
  state.status = 'waiting';
  state.ending = null;
  state.closedAt = null;
  state.closing = null;
  state.disposition = null;
  state.assignee = null;
  state.assignedAt = null;
  state.routed = null;
  state.requested = null;
  state.lookAgainAt = null;
  state.missedBy = [];
  state.asked = [];
  state.visits = {};
  state.burst = 0;
  state.failing = false;
  state.message = message;
  state.awaiting = 'agent';
  state.awaitingSince = run.at;
  return { turn: 'go', node, what: 'The enquiry was opened again.' };
}

function fromContact(message: MessageFacts): boolean {
  return message.participant && !message.automatic;
}
