import type { FlowEvent } from '../../state';
import { closeEnquiry } from '../closing';
import { reopen } from '../mail';
import { stopRinging } from '../ringing';
import { answerAct, emit, refuseAct, tell, type Run, type Turn } from '../run';
import { endSnooze } from '../slots';
import { greetNoMore } from './reopen';

/** A person says it is spam: it closes at once and without a notice, be it closed already, and no robot writes in it any more. */
export function spam(run: Run, event: Extract<FlowEvent, { type: 'spam' }>): Turn | null {
  const { state } = run;
  answerAct(run, event.act, { ok: true });
  if (state.spam) return null;
  state.spam = { by: event.agent, at: run.at };
  state.attention = null;
  emit(run, { do: 'discardMail', outbox: null }, null);
  if (state.status === 'closed') {
    state.undo = null;
    state.ending = SPAM;
    tell(run, { kind: 'close', what: 'It is spam.', by: event.agent, detail: { reason: SPAM } });
    return null;
  }
  state.closing = { by: event.agent, notify: false };
  stopRinging(run);
  endSnooze(run);
  return closeEnquiry(run, SPAM, 'Closed as spam.');
}

/** A person says it is no spam: it runs as if it had just come, but the contact is not greeted twice. */
export function notSpam(run: Run, event: Extract<FlowEvent, { type: 'not-spam' }>): Turn | null {
  const { state, flow } = run;
  if (state.status !== 'closed' || !state.spam) return refuseAct(run, event.act, 'not-possible-now');
  answerAct(run, event.act, { ok: true });
  state.spam = null;
  if (state.autoReplies > 0) greetNoMore(run);
  tell(run, { kind: 'reopen', what: 'A person says that it is no spam.', by: event.agent });
  return reopen(run, { ...state.message, spam: false }, flow.start);
}

/** The mail provider marked the mail that starts the enquiry, and the channel heeds that: nobody is rung for it. */
export function markedByProvider(run: Run): Turn {
  run.state.spam = { by: 'provider', at: run.at };
  return closeEnquiry(run, SPAM, 'A spam filter on the way marked the mail: it is kept in the spam list.');
}

/** How an enquiry that is spam ended. */
const SPAM = 'spam';
