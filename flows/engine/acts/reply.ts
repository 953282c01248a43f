import type { Answer, FlowEvent, Pending } from '../../state';
import { answerAct, ask, has, refuseAct, tell, type Run, type Turn } from '../run';
import { countIdle } from '../count-idle';
import { slaAnswered } from '../sla';
import { setAwaiting } from '../slots';
import { happened } from '../wait-events';

/** Answers whose turn before is remembered, so that they can be taken back. */
const remembered = 20;

/** The agent who has the enquiry answers the contact; the draft is queued first, then it is the contact's turn. */
export function reply(run: Run, event: Extract<FlowEvent, { type: 'reply' }>): Turn | null {
  const { agent, act, draft, digest, side } = event;
  if (run.state.assignee !== agent) {
    return refuseAct(run, act, 'not-assigned', run.state.assignee ? { by: run.state.assignee } : {});
  }
  const pending = { on: 'reply', agent, ...(side ? { side } : {}) } as const;
  return ask(run, { do: 'queueReply', draft, digest, agent, act }, pending, act);
}

/** The draft was queued, or is not known. What goes to others than the contact leaves the turn where it is. */
export function replyQueued(
  run: Run,
  { agent, side }: Extract<Pending, { on: 'reply' }>,
  act: string,
  answer: Answer,
): Turn | null {
  if (!has(answer, 'queued')) return refuseAct(run, act, 'draft-unknown');
  const { state } = run;
  const outbox = answer.queued;
  answerAct(run, act, { ok: true, detail: { outbox } });
  if (side) {
    const what = 'The agent wrote to somebody outside; the contact does not see it.';
    tell(run, { kind: 'side', what, by: agent, detail: { outbox } });
    return null;
  }
  tell(run, { kind: 'reply', what: 'The agent answered.', by: agent, detail: { outbox } });
  // The contact has no response before it leaves.
  const stands = answer.planned ? ({ planned: true } as const) : firstResponse(run);
  state.replies = [...(state.replies ?? []), { mail: outbox, before: state.awaiting, at: run.at, ...stands }].slice(
    -remembered,
  );
  state.attention = null;
  state.served = { agent, at: run.at };
  setAwaiting(run, 'contact');
  return happened(run, 'agent-replied');
}

/** An answer that was planned has left: from now on the contact has a response, and is silent until he writes. */
export function answerLeft(run: Run, { outboxId }: Extract<FlowEvent, { type: 'answer-left' }>): null {
  const { state } = run;
  if (state.status === 'closed') return null;
  tell(run, { kind: 'sent', what: 'The answer that was planned has left.', detail: { outbox: outboxId } });
  const first = firstResponse(run);
  state.replies = (state.replies ?? []).map((each) => {
    if (each.mail !== outboxId) return each;
    const { planned: _planned, ...rest } = each;
    return { ...rest, at: run.at, ...first };
  });
  if (state.awaiting === 'contact') countIdle(run);
  return null;
}

const firstResponse = (run: Run): { first?: true } => (slaAnswered(run) ? { first: true } : {});
