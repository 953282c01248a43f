import type { TagNode } from '../flow';
import { has, type Run, type Turn } from '../engine/run';
import { evaluateHere, expressionFault, valuesRead } from './conditions';
import { DONE, type Kind } from './kind';
import { listOf, ref, say } from './schema-parts';

/** `tag`: puts tags on the enquiry or takes them off, always or by rules. */
export const tag: Kind<TagNode> = {
  title: 'Adds and removes tags, always or where a condition holds.',
  properties: {
    add: say('tags to put on, such as ["billing"]', listOf(ref('tag'))),
    remove: say('tags to take off, such as ["billing"]', listOf(ref('tag'))),
    rules: {
      description: 'a list of rules, each with a condition "when" and the tags to "add"',
      type: 'array',
      minItems: 1,
      maxItems: 50,
      items: {
        type: 'object',
        properties: { when: ref('expression'), add: listOf(ref('tag'), 1), comment: { type: 'string' } },
        required: ['when', 'add'],
        additionalProperties: false,
      },
    },
  },
  required: [],
  outcomes: DONE,
  enter(run, node) {
    const rules = node.rules ?? [];
    const evaluated = evaluateHere(
      run,
      rules.map(({ when }) => when),
      'all',
    );
    return 'asked' in evaluated ? evaluated.asked : apply(run, node, evaluated.result);
  },
  resume: (run, node, answer) => apply(run, node, answer),
};

function apply(run: Run, node: TagNode, answer: object): Turn {
  if (has(answer, 'fault')) return expressionFault(String(answer.fault));
  if (!has(answer, 'matches') || !Array.isArray(answer.matches)) return { turn: 'fail', code: 'unexpected-answer' };
  const { matches } = answer;
  const byRule = (node.rules ?? []).filter((_rule, index) => matches[index] === true).flatMap(({ add }) => add);
  const before = run.state.tags;
  const removed = new Set(node.remove ?? []);
  const tags = [...new Set([...before, ...(node.add ?? []), ...byRule])].filter((name) => !removed.has(name));
  run.state.tags = tags;
  const added = tags.filter((name) => !before.includes(name));
  const what = added.length > 0 ? 'Tags were added.' : 'No tag was added.';
  return { turn: 'outcome', outcome: 'done', what, detail: { added, tags, ...valuesRead(answer) } };
}
