import { fits } from '../kinds/variable-values';
import { calendarAt, WORKSPACE_CALENDAR, type CalendarAt } from '../calendar';
import type { Value } from '../expression';
import type { Answer, Effect, EnquiryState, EvaluationFacts } from '../state';
import { evaluateAll, storePaths } from '../evaluation';
import { facts as allFacts } from '../facts';
import { keptValue, type KeptValues } from '../personal';
import { readAnswer, withoutPersonal } from '../webhook/read-answer';
import { chooseGiven, type GivenAgent, type SimulatedChoice } from './given-agents';
import { visitOf, type Scenario, type Script, type Visits } from './scenario';

/** What an effect answers in a simulation, or why the scenario does not tell. */
export type Simulated = { answer: Answer; choice?: SimulatedChoice } | { error: string } | { missing: string };

/** Where the answers come from: the scenario, its script, and what personal variables were given so far. */
export interface Answering {
  scenario: Scenario;
  script: Script;
  kept: KeptValues;
  /** Visits before the enquiry was opened again. */
  earlier: Visits;
}

/** Answers an effect from the scenario. Mail, notes, slots and the like always succeed. */
export function answerEffect(effect: Effect, state: EnquiryState, answering: Answering): Simulated {
  const { scenario, script, kept, earlier } = answering;
  const node = effect.node ?? '';
  const visit = visitOf(node, state.visits, earlier);
  if (state.asking?.seq === effect.seq && script.peek(node, visit)?.word === 'error') {
    script.take(node, visit);
    return { error: 'simulated-error' };
  }
  switch (effect.do) {
    case 'callWebhook': {
      const line = script.take(node, visit);
      if (!line) {
        const done = Object.keys(effect.save).length > 0 ? '' : ', done';
        return missing(node, visit, `what the other system answers, such as { "tier": "gold" }${done} or error`);
      }
      const read = readAnswer(line.body ?? {}, effect.save, personalTexts(scenario));
      if ('failed' in read) return { answer: read };
      const { open, personal } = withoutPersonal(read.saved, effect.save);
      kept.set(effect.seq, personal);
      return { answer: { saved: open } };
    }
    case 'checkBlocklist': {
      const line = script.take(node, visit);
      return line ? { answer: { blocked: line.word === 'blocked' } } : missing(node, visit, 'blocked or clear');
    }
    case 'evaluateConditions':
      return evaluated(effect, { scenario, kept }, node, visit);
    case 'lookAtCalendars':
      return calendarsAt(effect.calendars, scenario, { at: state.changedAt, node });
    case 'findEngaged':
      return { answer: engaged(scenario, script, node, visit) };
    case 'reserveAgent':
    case 'offerToAll':
      if (scenario.agents) return chosen(scenario.agents, effect, { at: state.changedAt, script, visit });
      return effect.do === 'offerToAll'
        ? rung(state, script, node, visit)
        : reserved(effect, state, script, node, visit);
    case 'reserveFor':
      return { answer: { reserved: effect.agent, decision: 'simulated', until: 0 } };
    case 'notifyStaff':
      return { answer: { told: [effect.to !== 'supervisors' && 'agent' in effect.to ? effect.to.agent : 'agent-1'] } };
    case 'queueMail':
    case 'queueReply':
    case 'forwardMail':
      return { answer: { queued: `outbox-${effect.seq}` } };
    default:
      return { answer: { done: true } };
  }
}

/** Personal texts that are given; live only those that were asked with are known. */
function personalTexts({ facts = {} }: Scenario): string[] {
  return Object.entries(facts).flatMap(([path, value]) =>
    typeof value === 'string' && Object.hasOwn(allFacts, path) && allFacts[path]?.personal ? [value] : [],
  );
}

function evaluated(
  effect: Extract<Effect, { do: 'evaluateConditions' }>,
  { scenario, kept }: Pick<Answering, 'scenario' | 'kept'>,
  node: string,
  visit: number,
): Simulated {
  const own = Object.entries(effect.facts.personal ?? {}).map(([name, variable]) => [
    `vars.${name}`,
    keptValue(kept, name, variable),
  ]);
  const facts: Record<string, Value> = {
    ...openFact(effect.facts, scenario),
    ...scenario.facts,
    ...(Object.fromEntries(own) as Record<string, Value>),
  };
  const unknown = storePaths(effect.expressions, effect.facts).find((path) => !Object.hasOwn(facts, path));
  if (unknown !== undefined)
    return { missing: `"${node}" (visit ${visit}) reads "${unknown}", and no such fact is given` };
  const result = evaluateAll(effect.expressions, effect.mode, effect.facts, (path) => facts[path]);
  if ('fault' in result) return { error: result.fault };
  if (!effect.keep || !('values' in result)) return { answer: result };
  const misfit = effect.keep.find((place) => !fits(place, result.values[place.index]));
  if (misfit) return { answer: { misfit: misfit.variable } };
  const values = effect.keep.map(({ variable, index }) => [variable, result.values[index]]);
  kept.set(effect.seq, Object.fromEntries(values) as Record<string, string | number | boolean>);
  const stays = new Set(effect.keep.map(({ index }) => index));
  return { answer: { ...result, values: result.values.map((value, index) => (stays.has(index) ? null : value)) } };
}

/** `time.open` by the calendar that holds, as it is at that moment. */
function openFact({ calendar, at }: EvaluationFacts, { calendars = {} }: Scenario): Record<string, Value> {
  const name = calendar ?? WORKSPACE_CALENDAR;
  const known = Object.hasOwn(calendars, name) ? calendars[name] : undefined;
  return known ? { 'time.open': calendarAt(known, at).open } : {};
}

function calendarsAt(
  names: string[],
  { calendars = {} }: Scenario,
  { at, node }: { at: number; node: string },
): Simulated {
  const found: Record<string, CalendarAt> = {};
  for (const name of names) {
    const known = Object.hasOwn(calendars, name) ? calendars[name] : undefined;
    if (!known) return { missing: `"${node}" looks at the calendar "${name}", and no such calendar is given` };
    found[name] = calendarAt(known, at);
  }
  return { answer: { calendars: found } };
}

function engaged({ facts = {} }: Scenario, script: Script, node: string, visit: number): Answer {
  const agent = facts['engagement.agent'];
  if (typeof agent === 'string' && agent !== '') return { engaged: agent, available: true };
  if (script.peek(node, visit)?.word !== 'unavailable') return { engaged: 'engaged-agent', available: true };
  script.take(node, visit);
  return { engaged: null, available: false };
}

function reserved(
  effect: Extract<Effect, { do: 'reserveAgent' }>,
  state: EnquiryState,
  script: Script,
  node: string,
  visit: number,
): Simulated {
  const early = nobody(state, script, node, visit);
  if (early) return early;
  const by = script.peek(node, visit)?.by;
  const named = by && script.peek(node, visit)?.word !== 'taken' ? by : null;
  const target = 'agent' in effect.target ? effect.target.agent : null;
  const agent = named ?? target ?? `agent-${state.asked.length + 1}`;
  return { answer: { reserved: agent, decision: 'simulated', until: effect.until } };
}

function rung(state: EnquiryState, script: Script, node: string, visit: number): Simulated {
  const early = nobody(state, script, node, visit);
  if (early) return early;
  const named = script.all(node, visit).flatMap(({ by, word }) => (by !== null && word !== 'taken' ? [by] : []));
  const free = [...new Set(named.length > 0 ? named : ['agent-1', 'agent-2'])].filter(
    (each) => !state.asked.includes(each),
  );
  return {
    answer: free.length > 0 ? { ringing: free, decision: 'simulated' } : { nobody: 'asked', decision: 'simulated' },
  };
}

/** Words under which nobody can be asked, or nobody else; they say what the choice among given agents comes to by itself. */
const NOBODY_WORDS = ['timeout', 'unavailable', 'full', 'failed'];

/** Given agents are chosen as live, by the strategy of the ring; an answer that names another than it picks is a fault. */
function chosen(
  agents: Readonly<Record<string, GivenAgent>>,
  effect: Extract<Effect, { do: 'reserveAgent' | 'offerToAll' }>,
  { at, script, visit }: { at: number; script: Script; visit: number },
): Simulated {
  const node = effect.node ?? '';
  const line = script.peek(node, visit);
  const { picked, nobody: why } = chooseGiven(agents, effect, visit - 1);
  const { strategy, tieBreak, order, reasons } = picked;
  const first = strategy === 'ringAll' ? order : order.slice(0, 1);
  const choice = { at, node, strategy, tieBreak, chosen: first, reasons };
  const [agent] = first;
  if (agent === undefined) {
    if (line && NOBODY_WORDS.includes(line.word)) script.take(node, visit);
    return { answer: { nobody: why, decision: 'simulated' }, choice };
  }
  const named = line && line.word !== 'taken' ? line.by : null;
  if (named !== null && !first.includes(named)) {
    const because = reasons.find((each) => each.agent === named)?.reason ?? 'is no agent of it';
    const what = `"${line?.text ?? ''}" at "${node}" (visit ${visit}): ${strategy} picks ${first.join(', ')}`;
    return { missing: `${what}, and not ${named} (${because})` };
  }
  if (strategy === 'ringAll') return { answer: { ringing: first, decision: 'simulated', until: effect.until }, choice };
  const given = agents[agent]?.presence ?? 'available';
  if (given !== 'available') return { answer: { assigned: agent, decision: 'simulated' }, choice };
  return { answer: { reserved: agent, decision: 'simulated', until: effect.until }, choice };
}

/** The answers under which nobody rings; null when the next line has somebody rung. */
function nobody(state: EnquiryState, script: Script, node: string, visit: number): Simulated | null {
  const line = script.peek(node, visit);
  const somebodyAsked = state.asked.some((agent) => agent !== state.assignee);
  const say = (why: 'asked' | 'full' | 'offline'): Simulated => ({ answer: { nobody: why, decision: 'simulated' } });
  if (!line) return somebodyAsked ? say('asked') : missing(node, visit, 'accepted, timeout or unavailable');
  if (line.word === 'unavailable' || line.word === 'failed') return used(script, node, visit, say('offline'));
  if (line.word === 'full') return used(script, node, visit, say('full'));
  // "timeout" stands for: one was asked and missed it, and nobody else could be.
  return line.word === 'timeout' && somebodyAsked ? used(script, node, visit, say('asked')) : null;
}

function used(script: Script, node: string, visit: number, simulated: Simulated): Simulated {
  script.take(node, visit);
  return simulated;
}

function missing(node: string, visit: number, words: string): Simulated {
  return { missing: `no answer is given for "${node}" (visit ${visit}); it may be ${words}` };
}
