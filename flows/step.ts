import { flowDefaults, type FlowDefaults } from './defaults';
import type { Flow, SettingValues } from './flow';
import { NEVER, type ActRefusal, type EnquiryState, type FlowEvent, type Pending, type StepResult } from './state';
import { acceptReserved } from './engine/acts/accept';
import { doAct } from './engine/acts';
import { answerLeft, replyQueued } from './engine/acts/reply';
import { reopenReserved } from './engine/acts/reopen';
import { snoozeOver, woken } from './engine/acts/snooze';
import { markedByProvider } from './engine/acts/spam';
import { takeReserved } from './engine/acts/take';
import { undoAnswered } from './engine/acts/undo';
import { takenBack } from './engine/acts/unsend';
import { carriedOut, carryOut } from './engine/errand';
import { absorbed, splitOff } from './engine/joined';
import { mailLeft } from './engine/merged';
import { blankState } from './engine/blank-state';
import { deliveryFailed } from './engine/delivery';
import { agentGone } from './engine/hand-on';
import { follow, park, questionFailed, resumeNode, resumeOffer } from './engine/course';
import { noteMissed } from './engine/missed';
import { holderLookedAt, lookAtHolder } from './engine/holder';
import { idleAnswered, idleOver } from './engine/idle';
import { mailJoined, refusalAnswered, reopen } from './engine/mail';
import { matched, offerMissed, waitedInVain, widened } from './engine/ringing';
import { answerAct, openRun, type Run, type Turn } from './engine/run';
import { slaIsDue, startSla } from './engine/sla';
import { endSnooze, setAwaiting } from './engine/slots';
import { writesFirst } from './engine/write-first';
import { nextDeadline, restDeadline } from './rest';

/**
 * The whole meaning of the flow language: what an event makes of an enquiry. Pure and total: the same arguments give
 * the same result, nothing is changed in place, nothing is thrown. `state` is null before the first event.
 * `defaults` hold where the flow says nothing. The driver sends `answer` or `error` to the question in `state.asking`, and any other event only while there is none.
 */
export function step(
  flow: Flow,
  settings: SettingValues,
  state: EnquiryState | null,
  event: FlowEvent,
  defaults: FlowDefaults = flowDefaults,
): StepResult {
  const given = { flow, settings, defaults };
  try {
    if (state && !changesAnything(state, event)) return { state, effects: [], trace: [], acts: [] };
    const run = openRun(given, state ?? blankState(flow, event), event.at);
    const turn = begin(run, state, event);
    if (turn) follow(run, turn);
    return finish(run);
  } catch (error) {
    return fault(given, state, event, error);
  }
}

/** An answer nobody asked for, a clock that rings early, a second start: nothing happens and nothing is counted. */
function changesAnything(state: EnquiryState, event: FlowEvent): boolean {
  if (event.type === 'answer' || event.type === 'error') return state.asking?.seq === event.seq;
  if (event.type === 'start') return state.status === 'closed' && !state.asking;
  if (event.type === 'clock') return !state.asking && (nextDeadline(state) ?? NEVER) <= event.at;
  if (event.type === 'agent-gone') return !state.asking && concerns(state, event);
  return true;
}

/** The agent has it, it rings at him, or waits for him alone. */
function concerns(
  { rest, assignee, status }: EnquiryState,
  { agent, left }: Extract<FlowEvent, { type: 'agent-gone' }>,
): boolean {
  if (status === 'closed') return false;
  if (rest?.kind === 'ring' && rest.offer.agents.includes(agent)) return true;
  return (
    agent === assignee ||
    (left === true && rest?.kind === 'line' && 'agent' in rest.target && rest.target.agent === agent)
  );
}

function begin(run: Run, before: EnquiryState | null, event: FlowEvent): Turn | null {
  if (!before && event.type !== 'start') {
    if ('act' in event) answerAct(run, event.act, { ok: false, code: 'not-possible-now' });
    return { turn: 'park', reason: 'it was never started' };
  }
  switch (event.type) {
    case 'start':
      return started(run, before, event);
    case 'mail':
      return mailJoined(run, event);
    case 'answer':
      return answered(run, event);
    case 'error':
      return answeredByError(run, event.code);
    case 'clock':
      return timeIsOver(run);
    case 'matched':
      return matched(run, event.agent, event.offer, event.until, event.decision);
    case 'agent-gone':
      return agentGone(run, event);
    case 'answer-left':
      return answerLeft(run, event);
    case 'delivery-failed':
      return deliveryFailed(run, event);
    case 'absorbed':
      return absorbed(run, event);
    case 'left':
      return mailLeft(run, event);
    default:
      return doAct(run, event);
  }
}

function started(run: Run, before: EnquiryState | null, event: Extract<FlowEvent, { type: 'start' }>): Turn | null {
  const { startAt, writtenBy } = event;
  if (!before && writtenBy !== undefined) return writesFirst(run, writtenBy);
  if (!before && event.message.spam === true) return markedByProvider(run);
  if (!before) {
    if (event.splitOff !== undefined) splitOff(run, event.splitOff);
    startSla(run);
    return {
      turn: 'go',
      node: startAt ?? run.flow.start,
      what: 'The mail came.',
      detail: { message: event.message.id },
    };
  }
  if (startAt === undefined) return mailJoined(run, { type: 'mail', at: event.at, message: event.message });
  run.state.messages += 1;
  run.state.newest = event.message;
  run.state.answerTo = event.message.id;
  return reopen(run, event.message, startAt);
}

function answered(run: Run, { answer }: Extract<FlowEvent, { type: 'answer' }>): Turn | null {
  const { pending, act } = closeQuestion(run);
  switch (pending.on) {
    case 'node':
      return resumeNode(run, answer);
    case 'offer':
      return resumeOffer(run, answer, pending.offer);
    case 'accept':
      return acceptReserved(run, pending.agent, act, answer);
    case 'take':
      return takeReserved(run, pending, act, answer);
    case 'reply':
      return replyQueued(run, pending, act, answer);
    case 'unsend':
      return takenBack(run, pending, act, answer);
    case 'holder':
      return holderLookedAt(run, answer, pending.again);
    case 'woken':
      return woken(run, answer, pending.event);
    case 'idle':
      return idleAnswered(run, answer, pending.what);
    case 'reopen':
      return reopenReserved(run, pending.agent, act, answer);
    case 'undo':
      return undoAnswered(run, pending.agent, act, answer);
    case 'errand':
      return carriedOut(run, act, answer);
    case 'refusal':
      return refusalAnswered(run, pending.message, answer);
  }
}

const REFUSALS: readonly ActRefusal[] = [
  'agent-full',
  'draft-unknown',
  'newer-message',
  'not-assigned',
  'already-assigned',
];

function answeredByError(run: Run, code: string): Turn | null {
  const { pending, act } = closeQuestion(run);
  if (pending.on === 'node' || pending.on === 'offer') return questionFailed(run, pending, code);
  if (pending.on === 'errand') return carriedOut(run, act, null);
  if (pending.on === 'holder') return holderLookedAt(run, null, pending.again);
  if (pending.on === 'idle') return idleAnswered(run, null, pending.what);
  if (pending.on === 'woken') return woken(run, null, pending.event);
  if (pending.on === 'refusal') return refusalAnswered(run, pending.message, null);
  answerAct(run, act, { ok: false, code: REFUSALS.find((known) => known === code) ?? 'not-possible-now' });
  return null;
}

function closeQuestion(run: Run): { pending: Pending; act: string } {
  const pending = run.state.pending;
  const act = run.state.asking?.act ?? '';
  run.state.asking = null;
  run.state.pending = null;
  return { pending: pending ?? { on: 'node' }, act };
}

function timeIsOver(run: Run): Turn | null {
  if (run.state.errand) return carryOut(run, run.state.errand);
  const turn = slaIsDue(run);
  if (turn && run.state.snooze) {
    endSnooze(run);
    setAwaiting(run, 'agent');
  }
  if (turn || (restDeadline(run.state) ?? NEVER) > run.at) return turn;
  const { rest, assignee, lookAgainAt, snooze } = run.state;
  if (rest?.kind === 'wait' && snooze) return snoozeOver(run);
  if (rest?.kind === 'wait' && lookAgainAt !== null && run.at >= lookAgainAt && run.at < rest.until) {
    run.state.lookAgainAt = null;
    return assignee === null ? null : lookAtHolder(run, assignee, true);
  }
  if (rest?.kind === 'wait' && run.at < rest.until) return idleOver(run);
  if (rest?.kind === 'ring') return offerMissed(run, rest.offer);
  if (rest?.kind === 'line' && run.at < rest.until) return widened(run, rest);
  if (rest?.kind === 'line' || rest?.kind === 'list') return waitedInVain(run);
  return rest?.kind === 'wait' ? { turn: 'outcome', outcome: 'timeout', what: 'The time is over.' } : null;
}

function finish(run: Run): StepResult {
  const { state, effects, trace, acts, at } = run;
  state.changedAt = at;
  state.status = statusOf(state);
  noteMissed(run);
  return { state, effects, trace, acts };
}

function statusOf(state: EnquiryState): EnquiryState['status'] {
  if (state.status === 'closed') return 'closed';
  if (state.rest?.kind === 'parked') return 'parked';
  if (state.assignee !== null) return state.snooze ? 'snoozed' : 'ongoing';
  if (state.rest?.kind === 'ring') return 'ringing';
  if (state.rest?.kind === 'line' || state.rest?.kind === 'list') return 'waiting';
  if (state.rest?.kind !== 'wait') return state.status;
  return state.onReply ? 'waiting' : 'missed';
}

/** A fault of the engine itself: the enquiry is parked as it was before the event, and whoever acted is told. */
function fault(
  given: Pick<Run, 'flow' | 'settings' | 'defaults'>,
  state: EnquiryState | null,
  event: FlowEvent,
  error: unknown,
): StepResult {
  const run = openRun(given, state ?? blankState({ ...given.flow, variables: {} }, event), event.at);
  run.state.asking = null;
  run.state.pending = null;
  run.state.errand = null;
  const act = 'act' in event ? event.act : (state?.asking?.act ?? state?.errand?.act);
  if (act !== undefined) answerAct(run, act, { ok: false, code: 'not-possible-now' });
  park(run, `the flow could not be carried out (${error instanceof Error ? error.name : 'fault'})`);
  return finish(run);
}
