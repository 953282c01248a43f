import type { Answer, FlowEvent, Pending } from '../../state';
import { answerAct, ask, has, refuseAct, tell, type Run, type Turn } from '../run';
import { slaTakenBack } from '../sla';
import { setAwaiting } from '../slots';

/** An answer is taken back before it leaves; whether it has left is decided where it waits. */
export function unsend(run: Run, { agent, act, mail }: Extract<FlowEvent, { type: 'unsend' }>): Turn {
  return ask(run, { do: 'takeBackMail', mail, agent }, { on: 'unsend', agent, mail }, act);
}

/** The answer will not leave: the turn is as it was before it, unless another answer still stands. */
export function takenBack(
  run: Run,
  { agent, mail }: Extract<Pending, { on: 'unsend' }>,
  act: string,
  answer: Answer,
): null {
  if (!has(answer, 'done')) return refuseAct(run, act, 'mail-left');
  answerAct(run, act, { ok: true, detail: { outbox: mail } });
  tell(run, { kind: 'unsend', what: 'An answer was taken back before it left.', by: agent, detail: { outbox: mail } });
  const { state } = run;
  const replies = state.replies ?? [];
  const place = replies.findIndex((each) => each.mail === mail);
  const gone = replies[place];
  if (!gone) return null;
  const next = replies[place + 1];
  // What is planned has not left, so it answers nothing yet.
  const left = replies.slice(place + 1).find(({ planned }) => !planned);
  if (gone.first) slaTakenBack(run, left?.at ?? null);
  // What came after it was begun in the turn that stood before it.
  state.replies = replies.flatMap((each, index) => {
    if (index === place) return [];
    const first = gone.first && each === left ? ({ first: true } as const) : {};
    return [{ ...each, ...(each === next ? { before: gone.before } : {}), ...first }];
  });
  if (place === replies.length - 1) setAwaiting(run, gone.before);
  return null;
}
