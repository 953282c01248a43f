import type { FlowNode } from '../flow';
import type { Answer, Pending } from '../state';
import { kindOf } from '../kinds';
import { partsAround } from '../subflows/parts';
import { endRound, offered, stopRinging } from './ringing';
import { emit, nodeOf, tell, type Run, type Turn } from './run';
import { endSnooze, holdSlot } from './slots';

/** Run-time guards behind the linter: immediate steps in one burst, steps of one enquiry. */
export const MAX_BURST = 100;
export const MAX_STEPS = 1000;

/** Follows the course from one turn to the next until it asks, rests, is parked or ends. */
export function follow(run: Run, first: Turn): void {
  for (let turn: Turn | null = first; turn;) turn = advance(run, turn);
}

/** Goes on at the node whose question was answered. */
export function resumeNode(run: Run, answer: Answer): Turn {
  const node = nodeOf(run.flow, run.state.node);
  const kind = node && kindOf(node);
  if (!node || !kind?.resume) return { turn: 'park', reason: 'an answer came for a node that asks nothing' };
  return kind.resume(run, node, answer);
}

/** Goes on after an effect that the course waited for could not be done for good. */
export function questionFailed(run: Run, pending: Pending, code: string): Turn {
  // Done before as something else: going on by any way could do it twice, so a person looks first.
  if (code === 'EffectDiffers') return { turn: 'park', reason: 'a step was done before as something else' };
  if (pending.on !== 'offer') return { turn: 'fail', code };
  emit(run, { do: 'endOffer', offer: pending.offer, agents: [], how: 'rescinded', winner: run.state.slot });
  if (run.state.ringing?.purpose === 'handover') return endRound(run, 'unavailable', { error: code });
  run.state.ringing = null;
  return { turn: 'fail', code };
}

/** Goes on after an offer was answered. */
export function resumeOffer(run: Run, answer: Answer, offer: string): Turn {
  const turn = offered(run, answer, offer);
  return turn.turn === 'fail' ? questionFailed(run, { on: 'offer', offer }, turn.code) : turn;
}

function advance(run: Run, turn: Turn): Turn | null {
  switch (turn.turn) {
    case 'asking':
    case 'resting':
    case 'ended':
      return null;
    case 'outcome':
      return leave(run, turn);
    case 'go':
      story(run, turn, turn.node);
      return enter(run, turn.node);
    case 'fail':
      return fail(run, turn);
    case 'park':
      park(run, turn.reason);
      return null;
  }
}

function enter(run: Run, name: string): Turn {
  const { state, flow } = run;
  const node = nodeOf(flow, name);
  const kind = node && kindOf(node);
  if (state.snooze) awake(run);
  state.rest = null;
  state.node = name;
  if (!node || !kind) return { turn: 'park', reason: `the flow has no node "${name}"` };
  if (++state.burst > MAX_BURST)
    return { turn: 'park', reason: `${MAX_BURST} steps without a pause, last at "${name}"` };
  if (++state.steps > MAX_STEPS)
    return { turn: 'park', reason: `${MAX_STEPS} steps in this enquiry, last at "${name}"` };
  state.visits = { ...state.visits, [name]: visitsOf(state.visits, name) + 1 };
  return kind.enter(run, node);
}

/** The course goes on: whoever has it, has it in hand again. */
function awake(run: Run): void {
  endSnooze(run);
  const { assignee, slot, awaiting } = run.state;
  if (assignee !== null && slot === null && awaiting === 'agent') holdSlot(run, assignee);
}

function leave(run: Run, turn: Extract<Turn, { turn: 'outcome' }>): Turn {
  const node = nodeOf(run.flow, run.state.node);
  const next = node && target(node, turn.outcome);
  story(run, turn, next);
  if (next === null) {
    return { turn: 'park', reason: `the outcome "${turn.outcome}" of "${run.state.node ?? ''}" leads nowhere` };
  }
  return enter(run, next);
}

function fail(run: Run, { code, what, detail }: Extract<Turn, { turn: 'fail' }>): Turn {
  const { state, flow } = run;
  const node = nodeOf(flow, state.node);
  const kind = node && kindOf(node);
  if (node && kind?.failed) return kind.failed(run, node, code);
  const told = {
    outcome: 'error',
    what: what ?? `The node could not do its work: ${code}.`,
    detail: { code, ...detail },
  };
  const way = wayOfError(run, node);
  if (!way) {
    story(run, told, null);
    return { turn: 'park', reason: `${code} at "${state.node ?? ''}"` };
  }
  if (way.general) state.failing = true;
  if (way.from === state.node) {
    story(run, told, way.to);
    return enter(run, way.to);
  }
  story(run, told, null);
  state.node = way.from;
  story(run, { outcome: 'error', what: 'The flow it calls could not go on.', detail: { code } }, way.to);
  return enter(run, way.to);
}

/**
 * Where a fault leads: by the node's own `error`, else by the `onError` of the flow it stands in, else by the `error` of
 * the node that called that flow, and so on outwards. Of two faults without a rest between, the second takes no `onError`.
 */
function wayOfError(
  { flow, state }: Run,
  node: FlowNode | null,
): { from: string | null; to: string; general: boolean } | null {
  const own = node && target(node, 'error');
  if (own) return { from: state.node, to: own, general: false };
  for (const part of partsAround(flow, state.node)) {
    const inside = state.failing ? undefined : flow.parts?.[part]?.onError;
    if (inside !== undefined) return { from: state.node, to: inside, general: true };
    const caller = nodeOf(flow, part);
    const behind = caller && target(caller, 'error');
    if (behind) return { from: part, to: behind, general: false };
  }
  return state.failing || flow.onError === undefined ? null : { from: state.node, to: flow.onError, general: true };
}

/** Stops the course until a supervisor resumes it. Also the last resort for a fault of the engine itself. */
export function park(run: Run, reason: string): void {
  const { state } = run;
  stopRinging(run);
  state.rest = { kind: 'parked', node: state.node, reason };
  tell(run, { kind: 'parked', what: `Parked for a supervisor: ${reason}.` });
}

function story(
  run: Run,
  turn: { outcome?: string; what: string; detail?: Record<string, unknown> },
  next: string | null,
): void {
  const kind = nodeOf(run.flow, run.state.node)?.type ?? 'flow';
  const { what, detail, outcome } = turn;
  tell(run, { kind, what, ...(outcome ? { outcome } : {}), ...(next ? { next } : {}), ...(detail ? { detail } : {}) });
}

function target(node: FlowNode, outcome: string): string | null {
  const next = 'next' in node ? node.next : undefined;
  if (typeof next === 'string') return outcome === 'error' ? null : next;
  return next && Object.hasOwn(next, outcome) ? (next[outcome] ?? null) : null;
}

function visitsOf(visits: Record<string, number>, name: string): number {
  return Object.hasOwn(visits, name) ? (visits[name] ?? 0) : 0;
}
