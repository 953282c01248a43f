import type { Flow } from '../flow';
import { momentOf } from '../local-time';
import type { Effect, EnquiryState, FlowEvent, TraceEntry } from '../state';
import { step } from '../step';
import { answerEffect } from './answer-effect';
import { nextEvent } from './next-event';
import { openScript, type Scenario, type Script } from './scenario';

/** What came of a simulated enquiry. */
export interface Simulation {
  /** Nodes in the order the course came to them. */
  path: string[];
  trace: TraceEntry[];
  /** Mails of the engine that would have gone out. */
  mails: { mail: string; template: string; node: string | null }[];
  state: EnquiryState;
  /** Virtual time from the mail to the end. */
  elapsedMs: number;
  /** Why it is not a whole simulation: answers that are missing, left over or impossible. Empty when it is. */
  faults: string[];
}

/** A Monday morning, so that opening hours are open where nothing else is said. */
const MORNING = '2026-01-05T09:00:00Z';
const MAX_EVENTS = 10_000;

/**
 * Runs one enquiry through a flow on a virtual clock: the same `step` as live, every effect answered by the scenario.
 * Ends when the enquiry is closed or parked, or when the scenario has no answer. Pure.
 */
export function simulate(flow: Flow, scenario: Scenario): Simulation {
  const script = openScript(scenario.answers ?? {});
  const simulation = simulateWith(flow, scenario, script);
  // What stopped before its end did not come to the later answers; only those of nodes that do not exist are worth a word.
  const isStopped = simulation.faults.length > 0;
  const left = script.left((node) => !isStopped || !Object.hasOwn(flow.nodes, node));
  return { ...simulation, faults: [...simulation.faults, ...left] };
}

/** The same with a script of one's own in the place of the scenario's answers; answers left over are no fault. */
export function simulateWith(flow: Flow, scenario: Scenario, script: Script): Simulation {
  const settings = scenario.settings ?? {};
  const start = momentOf(scenario.at ?? MORNING, flow.timezone ?? 'UTC') || Date.parse(MORNING);
  const seen: { effects: Effect[]; trace: TraceEntry[] } = { effects: [], trace: [] };
  const feed = (state: EnquiryState | null, event: FlowEvent): EnquiryState => {
    const result = step(flow, settings, state, event);
    seen.effects.push(...result.effects);
    seen.trace.push(...result.trace);
    return result.state;
  };
  let at = start;
  let state = feed(null, {
    type: 'start',
    at,
    enquiryId: scenario.enquiry ?? 'simulated',
    channelId: scenario.channel ?? 'simulated',
    message: messageOf(scenario),
  });
  const faults: string[] = [];
  for (let count = 1; faults.length === 0 && count < MAX_EVENTS; count++) {
    if (isOver(state, script)) break;
    const next = happensNext({ state, at, number: count, scenario, script, effects: seen.effects });
    if ('missing' in next) faults.push(next.missing);
    else {
      at = next.event.at;
      state = feed(state, next.event);
    }
  }
  return { ...summary(seen), state, elapsedMs: at - start, faults };
}

/** Closed, or parked without anybody who lets it go on. */
function isOver(state: EnquiryState, script: Script): boolean {
  if (state.asking) return false;
  const { rest, status, visits } = state;
  if (rest?.kind !== 'parked') return status === 'closed';
  const node = rest.node ?? '';
  return script.peek(node, visits[node] ?? 1)?.word !== 'supervisor-resumed';
}

interface Moment {
  state: EnquiryState;
  at: number;
  number: number;
  scenario: Scenario;
  script: Script;
  effects: Effect[];
}

function happensNext({
  state,
  at,
  number,
  scenario,
  script,
  effects,
}: Moment): { event: FlowEvent } | { missing: string } {
  const { asking, rest } = state;
  if (asking) {
    const effect = effects.find(({ seq }) => seq === asking.seq);
    if (!effect) return { missing: 'a question was asked without an effect' };
    const simulated = answerEffect(effect, state, scenario, script);
    if ('missing' in simulated) return simulated;
    const event: FlowEvent =
      'error' in simulated
        ? { type: 'error', at, seq: asking.seq, code: simulated.error }
        : { type: 'answer', at, seq: asking.seq, answer: simulated.answer };
    return { event };
  }
  const node = rest?.node ?? '';
  const visit = state.visits[node] ?? 1;
  // A "timeout" of a whole ring is used up when nobody else can be asked.
  const whole = rest?.kind === 'ring' && script.peek(node, visit)?.word === 'timeout';
  const line = whole ? script.peek(node, visit) : script.take(node, visit);
  if (!line) return { missing: `no answer is given for "${node}" (visit ${visit})` };
  return nextEvent(line, state, at, number);
}

function messageOf({ message, facts = {} }: Scenario): Extract<FlowEvent, { type: 'start' }>['message'] {
  const address = facts['message.from.address'];
  const domain = typeof address === 'string' ? address.split('@')[1] : undefined;
  return {
    id: 'message-1',
    kind: (message?.automatic ?? facts['message.automatic']) === true ? 'automatic' : 'person',
    automatic: false,
    fromDomain: domain ?? 'example.org',
    language: 'en',
    attachmentCount: 0,
    size: 2000,
    spf: 'pass',
    dkim: 'pass',
    dmarc: 'pass',
    participant: true,
    ...Object.fromEntries(
      Object.entries(MESSAGE_FACTS).flatMap(([path, key]) => (Object.hasOwn(facts, path) ? [[key, facts[path]]] : [])),
    ),
    ...message,
  };
}

/** What the run itself knows of a mail, by the names that conditions read it under. */
const MESSAGE_FACTS = {
  'message.automatic': 'automatic',
  'message.from.domain': 'fromDomain',
  'message.language': 'language',
  'message.attachments.count': 'attachmentCount',
  'message.size': 'size',
  'message.spf': 'spf',
  'message.dkim': 'dkim',
  'message.dmarc': 'dmarc',
} as const;

function summary({
  effects,
  trace,
}: {
  effects: Effect[];
  trace: TraceEntry[];
}): Pick<Simulation, 'path' | 'trace' | 'mails'> {
  return {
    path: trace.flatMap(({ next }) => (next === undefined ? [] : [next])),
    trace,
    mails: effects.flatMap((effect) =>
      effect.do === 'queueMail' ? [{ mail: effect.mail, template: effect.template, node: effect.node }] : [],
    ),
  };
}
