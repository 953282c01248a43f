import type { Answer, Effect, EnquiryState } from '../state';
import { evaluateAll, storePaths } from '../evaluation';
import { facts as allFacts } from '../facts';
import { readAnswer } from '../webhook/read-answer';
import type { Scenario, Script } from './scenario';

/** What an effect answers in a simulation, or why the scenario does not tell. */
export type Simulated = { answer: Answer } | { error: string } | { missing: string };

/** Answers an effect from the scenario. Mail, notes, slots and the like always succeed. */
export function answerEffect(effect: Effect, state: EnquiryState, scenario: Scenario, script: Script): Simulated {
  const node = effect.node ?? '';
  const visit = state.visits[node] ?? 1;
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
      return { answer: readAnswer(line.body ?? {}, effect.save, personalTexts(scenario)) };
    }
    case 'checkBlocklist': {
      const line = script.take(node, visit);
      return line ? { answer: { blocked: line.word === 'blocked' } } : missing(node, visit, 'blocked or clear');
    }
    case 'evaluateConditions':
      return evaluated(effect, scenario, node, visit);
    case 'findEngaged':
      return { answer: engaged(scenario, script, node, visit) };
    case 'reserveAgent':
      return reserved(effect, state, script, node, visit);
    case 'offerToAll':
      return rung(state, script, node, visit);
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
  { facts = {} }: Scenario,
  node: string,
  visit: number,
): Simulated {
  const unknown = storePaths(effect.expressions).find((path) => !Object.hasOwn(facts, path));
  if (unknown !== undefined)
    return { missing: `"${node}" (visit ${visit}) reads "${unknown}", and no such fact is given` };
  const result = evaluateAll(effect.expressions, effect.mode, effect.facts, (path) => facts[path]);
  return 'fault' in result ? { error: result.fault } : { answer: result };
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
