import type { Answer, Errand, MergedInto } from '../state';
import { countIdle } from './count-idle';
import { mailLeft } from './merged';
import { stopRinging } from './ringing';
import { answerAct, ask, refuseAct, rest, tell, type NewEffect, type Run, type Turn } from './run';
import { endSnooze, holdSlot, releaseSlot, setTurn } from './slots';
import { happened, waitHere } from './wait-events';

type Parted = Extract<Answer, { parted: unknown }>['parted'];

/** What a person asked for stands recorded: now it is carried out. */
export function carryOut(run: Run, errand: Errand): Turn {
  return ask(run, effectOf(run, errand), { on: 'errand' }, errand.act);
}

function effectOf({ state }: Run, errand: Errand): NewEffect {
  const { by, at: since } = errand;
  switch (errand.do) {
    case 'merge': {
      const { assignee, tags, priority, attention = null, status } = state;
      const open = status !== 'closed';
      const awaits = open && state.awaiting === 'agent';
      const told = { by, since, open, awaits, assignee: open ? assignee : null, tags, priority, attention };
      return { do: 'bringOver', into: errand.into, told };
    }
    case 'unmerge':
      return { do: 'bringBack', from: state.merged?.into ?? '', by, since };
    case 'part': {
      const { message, to, fresh } = errand;
      return { do: 'partMessage', message, to, by, ...(fresh ? { fresh } : {}) };
    }
  }
}

/** It was carried out; null: it could not be, and everything stays as it was. */
export function carriedOut(run: Run, act: string, answer: Answer | null): Turn | null {
  const { state } = run;
  const { errand } = state;
  state.errand = null;
  const to = answer !== null && 'parted' in answer ? answer.parted : null;
  if (answer !== null && errand?.do === 'merge') return endMerged(run, act, errand);
  if (answer !== null && errand?.do === 'unmerge') return goOnAlone(run, act);
  if (to && errand?.do === 'part') return parted(run, act, errand, to);
  tell(run, { kind: 'refused', what: 'It could not be done; everything is as it was.' });
  return refuseAct(run, act, 'not-possible-now');
}

/** The run ends with a pointer: nobody is told, nothing is sent, no agreed time counts as met. */
function endMerged(run: Run, act: string, { into, number, by }: Extract<Errand, { do: 'merge' }>): Turn {
  const { state, at } = run;
  const { ending, closedAt, attention = null } = state;
  const back = closedAt === null ? restHere(run) : null;
  if (closedAt === null) {
    stopRinging(run);
    endSnooze(run);
    releaseSlot(run, state.slot === by);
  }
  state.rest = null;
  state.lookAgainAt = null;
  state.idle = null;
  state.merged = { into, number, by, at, before: { rest: back, ending, closedAt, attention } };
  state.attention = null;
  state.undo = null;
  state.ending = 'merged';
  state.closedAt = closedAt ?? at;
  state.status = 'closed';
  answerAct(run, act, { ok: true, detail: { into, number } });
  return { turn: 'ended' };
}

/** Where it goes on when the merge is taken back; what rang rings anew. */
function restHere(run: Run): MergedInto['before']['rest'] {
  const { rest: here } = run.state;
  return here?.kind === 'parked' ? here : waitHere(run);
}

function goOnAlone(run: Run, act: string): Turn | null {
  const { state } = run;
  const { merged } = state;
  answerAct(run, act, { ok: true });
  if (!merged) return null;
  const { before, came } = merged;
  state.merged = null;
  state.ending = before.ending;
  state.closedAt = before.closedAt;
  state.attention = before.attention;
  if (before.closedAt !== null) return null;
  state.status = 'waiting';
  if (came) setTurn(run, 'agent');
  if (state.awaiting === 'contact') countIdle(run);
  else if (state.assignee !== null) holdSlot(run, state.assignee);
  if (!before.rest) return { turn: 'go', node: state.node ?? run.flow.start, what: 'It goes on where it was.' };
  const turn = rest(run, before.rest);
  return (came ? happened(run, 'customer-replied') : null) ?? turn;
}

function parted(run: Run, act: string, { message, by, at }: Extract<Errand, { do: 'part' }>, to: Parted): null {
  mailLeft(run, { ...to, by, since: at, messages: [message] });
  answerAct(run, act, { ok: true, detail: { to: to.to, number: to.number } });
  return null;
}
