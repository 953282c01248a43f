import type { Answer, FlowEvent, MessageFacts } from '../state';
import { askForMail } from './ask-for-mail';
import { closedReplyVerdict } from './closed-reply';
import { emit, has, tell, type Run, type Turn } from './run';
import { handOver } from './acts/transfer';
import { lookAtHolder } from './holder';
import { wake } from './acts/snooze';
import { mailToMerged } from './merged';
import { startSla } from './sla';
import { endSnooze, setAwaiting, setTurn } from './slots';
import { happened } from './wait-events';

/** Slug of the template of the notice that a closed thread takes no more mail. */
export const CLOSED_THREAD_TEMPLATE = 'closed-thread-notice';

/** A mail joined the enquiry. Automatic mail and mail of others than participants is kept and changes no course. */
export function mailJoined(run: Run, { message }: Extract<FlowEvent, { type: 'mail' }>): Turn | null {
  const { state } = run;
  if (state.merged) return mailToMerged(run, message, state.merged.into);
  if (message.side) return sideMail(run, message);
  recordMail(run, message);
  if (state.status === 'closed') return mailWhileClosed(run, message);
  return fromContact(message) ? contactWrote(run) : null;
}

/** The contact wrote to an open enquiry: it is the agent's turn, and the course hears of it. */
export function contactWrote(run: Run): Turn | null {
  const { state } = run;
  if (state.replies) state.replies = [];
  if (state.attention) state.attention = { ...state.attention, turned: false };
  // The question that is open decides the course first; the driver holds events back meanwhile.
  const holder = state.asking || state.rest?.kind !== 'wait' ? null : state.assignee;
  if (state.snooze && holder !== null && !state.bound) return wake(run, 'customer-replied', null);
  if (holder === null || (!state.bound && state.slot !== null)) {
    setAwaiting(run, 'agent');
    if (state.asking) return null;
    return happened(run, 'customer-replied') ?? ringOnReply(run);
  }
  endSnooze(run);
  setTurn(run, 'agent');
  return lookAtHolder(run, holder, false);
}

/** It was handed over while it was the contact's turn: the group it went to is rung now. */
function ringOnReply(run: Run): Turn | null {
  const { rest, assignee, onReply } = run.state;
  if (!onReply || rest?.kind !== 'wait' || assignee !== null) return null;
  run.state.onReply = null;
  return handOver(run, { group: onReply }, rest);
}

/** Somebody outside answered in a side thread: it is the agent's to look at, and no course and no contact hears of it. */
function sideMail(run: Run, { id, automatic }: MessageFacts): null {
  const { state } = run;
  state.messages += 1;
  const what = 'Somebody outside wrote in a side thread; the contact does not see it.';
  tell(run, { kind: 'side', what, detail: { message: id, automatic } });
  if (!automatic && state.status !== 'closed' && state.assignee !== null) setAwaiting(run, 'agent');
  return null;
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
  // A person's act that waits for its answer decides first; the driver holds mail back meanwhile.
  if (message.automatic || state.spam || state.asking?.act !== undefined) return null;
  const { flow, settings, defaults } = run;
  const { verdict, at } = closedReplyVerdict(flow, settings, state.closedAt ?? state.changedAt, run.at, defaults);
  if (verdict === 'reopen') return reopen(run, message, at);
  if (verdict === 'refuse' && message.participant && !state.refusalSent) {
    state.refusalSent = true;
    const notice = { mail: 'closed-thread-notice', template: CLOSED_THREAD_TEMPLATE, messageId: message.id } as const;
    return askForMail(run, notice, { on: 'refusal', message: message.id });
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
  state.undo = null;
  state.spam = null;
  state.snooze = null;
  state.disposition = null;
  state.assignee = null;
  state.assignedAt = null;
  state.routed = null;
  state.requested = null;
  state.lookAgainAt = null;
  state.missed = null;
  state.onReply = null;
  state.missedBy = [];
  state.asked = [];
  state.visits = {};
  state.burst = 0;
  state.failing = false;
  state.message = message;
  state.awaiting = 'agent';
  state.awaitingSince = run.at;
  startSla(run);
  return { turn: 'go', node, what: 'The enquiry was opened again.', detail: { reopened: true } };
}

function fromContact(message: MessageFacts): boolean {
  return message.participant && !message.automatic;
}
