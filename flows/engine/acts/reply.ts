import type { Answer, FlowEvent } from '../../state';
import { answerAct, ask, has, tell, type Run, type Turn } from '../run';
import { setAwaiting } from '../slots';
import { happened } from '../wait-events';

/** The agent who has the enquiry answers the contact; the draft is queued first, then it is the contact's turn. */
export function reply(run: Run, event: Extract<FlowEvent, { type: 'reply' }>): Turn | null {
  const { agent, act, draft, digest } = event;
  if (run.state.assignee !== agent) {
    answerAct(run, act, { ok: false, code: 'not-assigned', ...(run.state.assignee ? { by: run.state.assignee } : {}) });
    return null;
  }
  return ask(run, { do: 'queueReply', draft, digest, agent, act }, { on: 'reply', agent }, act);
}

/** The draft was queued, or is not known. */
export function replyQueued(run: Run, agent: string, act: string, answer: Answer): Turn | null {
  if (!has(answer, 'queued')) {
    answerAct(run, act, { ok: false, code: 'draft-unknown' });
    return null;
  }
  const outbox = answer.queued;
  answerAct(run, act, { ok: true, detail: { outbox } });
  tell(run, { kind: 'reply', what: 'The agent answered.', by: agent, detail: { outbox } });
  run.state.attention = null;
  setAwaiting(run, 'contact');
  return happened(run, 'agent-replied');
}
