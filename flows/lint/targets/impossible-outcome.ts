import { kindNamed, outcomesOf } from '../../kinds';
import { isObject, type Rule } from '../context';
import { pointerTo } from '../finding';
import { suggest } from '../suggest';

const TOLD_BY_VARIABLE =
  'What the other flow found it tells by a variable that both declare: ask it in a "switch" behind.';

/** E204: `next` names an outcome that the node never has. */
export const impossibleOutcome: Rule = {
  code: 'E204',
  title: 'Impossible outcome',
  *check({ nodes }) {
    for (const { name, json, kind: word, node } of nodes.values()) {
      const kind = kindNamed(word);
      const { next } = json;
      if (!kind || kind.withoutNext || !isObject(next)) continue;
      const known = node ? outcomesOf(kind, node) : kind.outcomes;
      const names = [...known.map((outcome) => outcome.name), 'error'];
      for (const outcome of Object.keys(next)) {
        if (names.includes(outcome)) continue;
        const named = kind.outcomes.some((each) => each.name === outcome);
        const hint =
          word === 'subflow'
            ? TOLD_BY_VARIABLE
            : named
              ? `Name "${outcome}" under "for", or remove it here.`
              : suggest(outcome, names);
        yield {
          pointer: pointerTo('nodes', name, 'next', outcome),
          message: `The node "${name}" never ends with "${outcome}". It ends with: ${names.join(', ')}.`,
          ...(hint ? { suggestion: hint } : {}),
        };
      }
    }
  },
};
