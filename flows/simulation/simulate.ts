import { WORKSPACE_CALENDAR } from '../calendar';
import { flowDefaults } from '../defaults';
import type { Flow } from '../flow';
import { momentOf } from '../local-time';
import type { Effect, EnquiryState, FlowEvent, TraceEntry } from '../state';
import { step } from '../step';
import { keptValue, keptVariables, type KeptValues } from '../personal';
import { answerEffect, type Answering } from './answer-effect';
import type { SimulatedChoice } from './given-agents';
import { nextEvent, slaBefore } from './next-event';
import { openScript, visitOf, type Scenario, type Script, type Visits } from './scenario';

/** What came of a simulated enquiry. */
export interface Simulation {
  /** Nodes in the order the course came to them. */
  path: string[];
  trace: TraceEntry[];
  /** Mails of the engine that would have gone out. */
  mails: { mail: string; template: string; node: string | null }[];
  state: EnquiryState;
  /** What the personal variables hold in the end; the state has only their names. */
  personal: Record<string, string | number | boolean>;
  /** Virtual time from the mail to the end. */
  elapsedMs: number;
  /** Who was chosen among given agents, and why; empty where none are given. */
  choices: SimulatedChoice[];
  /** Why it is not a whole simulation: answers that are missing, left over or impossible. Empty when it is. */
  faults: string[];
}

/** A Monday morning, so that opening hours are open where nothing else is said. */
const MORNING = '2026-01-05T09:00:00Z';
const MAX_EVENTS = 10_000;

/**
 * Runs one enquiry through a flow on a virtual clock: the same `step` as live, every effect answered by the scenario.
 * Ends when the enquiry is closed (and no mail is to come to it) or parked, or when the scenario has no answer. Pure.
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
  const calendar = scenario.calendars?.[flow.calendar ?? WORKSPACE_CALENDAR];
  const defaults = calendar ? { ...flowDefaults, calendar } : flowDefaults;
  const start = momentOf(scenario.at ?? MORNING, flow.timezone ?? 'UTC') || Date.parse(MORNING);
  const seen: { effects: Effect[]; trace: TraceEntry[] } = { effects: [], trace: [] };
  const feed = (state: EnquiryState | null, event: FlowEvent): EnquiryState => {
    const result = step(flow, settings, state, event, defaults);
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
  let since = at;
  const faults: string[] = [];
  const kept: KeptValues = new Map();
  let earlier: Visits = {};
  const choices: SimulatedChoice[] = [];
  for (let count = 1; faults.length === 0 && count < MAX_EVENTS; count++) {
    if (isOver(state, script, earlier)) break;
    const moment = { state, at, since, number: count, effects: seen.effects };
    const next = happensNext({ scenario, script, kept, earlier, ...moment });
    if ('missing' in next) faults.push(next.missing);
    else {
      const { visits, reopened } = state;
      if (next.choice) choices.push(next.choice);
      state = feed(state, next.event);
      if (state.reopened > reopened) earlier = together(earlier, visits);
      at = next.event.at;
      // Answers of people count from what happened before, not from an agreed time that ran out unheeded.
      if (!next.unheeded || state.visits !== visits) since = at;
    }
  }
  return { ...summary(seen), state, personal: personalIn(flow, state, kept), elapsedMs: at - start, choices, faults };
}

/** Closed without a mail that is to come to it then, or parked without anybody who lets it go on. */
function isOver(state: EnquiryState, script: Script, earlier: Visits): boolean {
  if (state.asking) return false;
  const node = standsAt(state);
  const line = script.peek(node, visitOf(node, state.visits, earlier));
  if (state.rest?.kind === 'parked') return line?.word !== 'supervisor-resumed';
  return state.status === 'closed' && line === null;
}

/** Where it rests, or the `close` it came to. */
function standsAt({ rest, status, node }: EnquiryState): string {
  return rest?.node ?? (status === 'closed' ? node : null) ?? '';
}

function together(one: Visits, other: Visits): Visits {
  const added = Object.entries(other).map(([node, count]) => [node, (one[node] ?? 0) + count]);
  return { ...one, ...Object.fromEntries(added) };
}

interface Moment extends Answering {
  state: EnquiryState;
  at: number;
  /** When something last happened that people answer to. */
  since: number;
  number: number;
  effects: Effect[];
}

function personalIn(flow: Flow, state: EnquiryState, kept: KeptValues): Simulation['personal'] {
  const { personal = {} } = keptVariables(flow, state);
  return Object.fromEntries(Object.entries(personal).map(([name, each]) => [name, keptValue(kept, name, each)]));
}

function happensNext(
  moment: Moment,
): { event: FlowEvent; unheeded?: true; choice?: SimulatedChoice } | { missing: string } {
  const { state, at, since, number, script, earlier, effects } = moment;
  const { asking, rest } = state;
  if (asking) {
    const effect = effects.find(({ seq }) => seq === asking.seq);
    if (!effect) return { missing: 'a question was asked without an effect' };
    const simulated = answerEffect(effect, state, moment);
    if ('missing' in simulated) return simulated;
    const event: FlowEvent =
      'error' in simulated
        ? { type: 'error', at, seq: asking.seq, code: simulated.error }
        : { type: 'answer', at, seq: asking.seq, answer: simulated.answer };
    return 'choice' in simulated && simulated.choice ? { event, choice: simulated.choice } : { event };
  }
  const node = standsAt(state);
  const visit = visitOf(node, state.visits, earlier);
  const ahead = script.peek(node, visit);
  // A "timeout" of a whole ring is used up when nobody else can be asked.
  const whole = rest?.kind === 'ring' && ahead?.word === 'timeout';
  const sla = ahead ? slaBefore(ahead, state, since) : null;
  if (sla) {
    if (sla.uses) script.take(node, visit);
    return { event: sla.event, ...(sla.uses ? {} : { unheeded: true }) };
  }
  const line = whole ? ahead : script.take(node, visit);
  if (!line) return { missing: `no answer is given for "${node}" (visit ${visit})` };
  return nextEvent(line, state, since, number);
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
