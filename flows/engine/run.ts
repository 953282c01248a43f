import type { FlowDefaults } from '../defaults';
import type { Flow, FlowNode, SettingValues } from '../flow';
import { timezoneAt } from '../subflows/parts';
import type { ActOutcome, ActRefusal, Effect, EnquiryState, Instant, Pending, StepResult, TraceEntry } from '../state';

/** An effect before it gets its number. */
export type NewEffect = Effect extends infer One ? (One extends unknown ? Omit<One, 'seq' | 'node'> : never) : never;

/**
 * What a node, an act or an event makes of the course: it asks or rests (already written to the state), leaves the
 * node by an outcome, goes to a node, fails, is parked, has ended, or comes back to a rest after a handover.
 */
export type Turn =
  | { turn: 'asking' | 'resting' | 'ended' }
  | { turn: 'outcome'; outcome: string; what: string; detail?: Record<string, unknown> }
  | { turn: 'go'; node: string; outcome?: string; what: string; detail?: Record<string, unknown> }
  /** `what`: a sentence for the story, where the code alone says too little. */
  | { turn: 'fail'; code: string; what?: string; detail?: Record<string, unknown> }
  | { turn: 'park'; reason: string };

/** One call of `step` at work: the state is this run's own copy; everything else collects what the step gives. */
export interface Run {
  readonly flow: Flow;
  readonly settings: SettingValues;
  readonly defaults: FlowDefaults;
  readonly at: Instant;
  /** `seq` of the question that this step answers. */
  readonly asked: number | null;
  readonly state: EnquiryState;
  readonly effects: Effect[];
  readonly trace: TraceEntry[];
  readonly acts: StepResult['acts'];
}

/** Starts a step on a copy of the state; nested values are replaced, never changed, so the copy is shallow. */
export function openRun(
  { flow, settings, defaults }: Pick<Run, 'flow' | 'settings' | 'defaults'>,
  state: EnquiryState,
  at: Instant,
): Run {
  const asked = state.asking?.seq ?? null;
  const own = { ...state, seq: state.seq + 1 };
  return { flow, settings, defaults, at, asked, state: own, effects: [], trace: [], acts: [] };
}

/** The node of that name; null when the flow has none (inherited names are none either). */
export function nodeOf(flow: Flow, name: string | null): FlowNode | null {
  return name !== null && Object.hasOwn(flow.nodes, name) ? (flow.nodes[name] ?? null) : null;
}

/** Asks for an effect whose answer changes nothing. */
export function emit(run: Run, effect: NewEffect, node: string | null = run.state.node): number {
  const seq = ++run.state.seq;
  run.effects.push({ seq, node, ...effect });
  return seq;
}

/** Asks for an effect and stops the course until its answer. */
export function ask(run: Run, effect: NewEffect, pending: Pending, act?: string): Turn {
  // The notice of a closed thread is the engine's own and belongs to no node.
  const node = pending.on === 'refusal' ? null : run.state.node;
  const seq = emit(run, effect, node);
  run.state.asking = { seq, node, about: effect.do, ...(act === undefined ? {} : { act }) };
  run.state.pending = { ...pending };
  return { turn: 'asking' };
}

/** Adds a line to the story. */
export function tell(run: Run, entry: Omit<TraceEntry, 'seq' | 'at' | 'node'> & { node?: string | null }): void {
  run.trace.push({ seq: ++run.state.seq, at: run.at, node: run.state.node, ...entry });
}

/** Answers a person's act; nothing where nobody waits for the answer. */
export function answerAct(run: Run, act: string, outcome: ActOutcome): void {
  if (act === '') return;
  run.acts.push({ act, outcome });
}

/** Refuses a person's act with the reason, and with who stands in the way, where somebody does; nothing else changes. */
export function refuseAct(run: Run, act: string, code: ActRefusal, who: { by?: string; at?: Instant } = {}): null {
  answerAct(run, act, { ok: false, code, ...who });
  return null;
}

/** Rests; a rest that takes time opens a new burst and forgives an earlier fault. */
export function rest(run: Run, rest: NonNullable<EnquiryState['rest']>): Turn {
  run.state.rest = rest;
  // What a person closed, and the flow did not end, is no close to be taken back.
  if (run.state.undo) run.state.undo = null;
  run.state.burst = 0;
  run.state.failing = false;
  return { turn: 'resting' };
}

/** The time zone that holds where the course stands, for an effect; nothing for UTC. */
export function zoneOf({ flow, state }: Run): { timezone?: string } {
  const timezone = timezoneAt(flow, state.node);
  return timezone === 'UTC' ? {} : { timezone };
}

/**
 * The step that is answered kept values of these personal variables in the store: the state names that step, and the story
 * as well (`kept`), so that who may see the enquiry may be shown the values.
 */
export function noteKept({ state, asked }: Run, names: readonly string[]): { kept?: Record<string, number> } {
  if (names.length === 0 || asked === null) return {};
  const kept = Object.fromEntries(names.map((name) => [name, asked]));
  state.kept = { ...state.kept, ...kept };
  return { kept };
}

/** True when an answer has this key; answers come from outside, so nothing else about them is taken for granted. */
export function has<Key extends string>(answer: unknown, key: Key): answer is Record<Key, unknown> {
  return typeof answer === 'object' && answer !== null && Object.hasOwn(answer, key);
}
