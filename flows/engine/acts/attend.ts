import type { FlowEvent } from '../../state';
import { answerAct, tell, type Run } from '../run';
import { setAwaiting } from '../slots';

/**
 * Somebody looked after a mail that did not arrive, be the enquiry closed: it needs no attention any more, and where the
 * failure alone had made it the agent's turn, it is the contact's again. Nothing when there is nothing to look after.
 */
export function attend(run: Run, event: Extract<FlowEvent, { type: 'attend' }>): null {
  const { state } = run;
  answerAct(run, event.act, { ok: true });
  const attention = state.attention ?? null;
  if (attention === null || (event.mail !== undefined && event.mail !== attention.mail)) return null;
  state.attention = null;
  const what = 'Somebody looked after the mail that did not arrive.';
  tell(run, { kind: 'delivery', what, by: event.agent, detail: { outbox: attention.mail } });
  if (attention.turned && state.assignee !== null && state.rest?.kind === 'wait') setAwaiting(run, 'contact');
  return null;
}
