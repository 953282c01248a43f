import type { SwitchNode } from '../flow';
import { has, type Turn } from '../engine/run';
import { storePaths } from '../evaluation';
import { keptVariables } from '../personal';
import { evaluateHere, expressionFault, valuesRead } from './conditions';
import type { Kind } from './kind';
import { ref, say } from './schema-parts';

/** `switch`: goes where the first case leads whose condition holds, else to `default`. */
export const switchKind: Kind<SwitchNode> = {
  title: 'Goes on by the first condition that holds.',
  properties: {
    cases: {
      description: 'a list of cases, each with a condition "when" and a node "next"',
      type: 'array',
      minItems: 1,
      maxItems: 50,
      items: {
        type: 'object',
        properties: { when: ref('expression'), next: ref('target'), comment: { type: 'string' } },
        required: ['when', 'next'],
        additionalProperties: false,
      },
    },
    default: say('the node to go to when no case holds', ref('target')),
  },
  required: ['cases', 'default'],
  withoutNext: true,
  outcomes: [],
  enter(run, node) {
    const conditions = node.cases.map(({ when }) => when);
    const personal = keptVariables(run.flow, run.state);
    const firstToAsk = conditions.findIndex((condition) => storePaths([condition], personal).length > 0);
    if (firstToAsk > 0) {
      // A case that the enquiry's state decides need not ask the store about those behind it.
      const known = evaluateHere(run, conditions.slice(0, firstToAsk), 'first');
      if ('result' in known && !(has(known.result, 'index') && known.result.index < 0)) return lead(node, known.result);
    }
    const evaluated = evaluateHere(run, conditions, 'first');
    return 'asked' in evaluated ? evaluated.asked : lead(node, evaluated.result);
  },
  resume: (_run, node, answer) => lead(node, answer),
};

function lead(node: SwitchNode, answer: object): Turn {
  if (has(answer, 'fault')) return expressionFault(String(answer.fault));
  if (!has(answer, 'index') || typeof answer.index !== 'number') return { turn: 'fail', code: 'unexpected-answer' };
  const chosen = node.cases[answer.index];
  const read = valuesRead(answer);
  if (!chosen)
    return {
      turn: 'go',
      node: node.default,
      outcome: 'default',
      what: 'No condition held.',
      ...(read ? { detail: read } : {}),
    };
  const detail = { case: answer.index, ...read };
  return { turn: 'go', node: chosen.next, outcome: `case ${answer.index + 1}`, what: 'A condition held.', detail };
}
