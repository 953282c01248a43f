import { kinds } from '../../kinds';
import type { Rule } from '../context';
import { pointerTo } from '../finding';
import { suggest } from '../suggest';

/** E106: a node of no kind, or of a kind that the flow language does not know. */
export const unknownKind: Rule = {
  code: 'E106',
  title: 'Unknown kind',
  *check({ nodes }) {
    const known = Object.keys(kinds);
    for (const { name, kind, json } of nodes.values()) {
      if (kind === null) {
        const message =
          json['type'] === undefined
            ? `The node "${name}" does not say what it does. Add "type" with one of: ${known.join(', ')}.`
            : `"type" of the node "${name}" must be one of: ${known.join(', ')}.`;
        yield { pointer: pointerTo('nodes', name, ...(json['type'] === undefined ? [] : ['type'])), message };
      } else if (!known.includes(kind)) {
        const hint = suggest(kind, known);
        yield {
          pointer: pointerTo('nodes', name, 'type'),
          message: `There is no kind of node called "${kind}". The kinds are: ${known.join(', ')}.`,
          ...(hint ? { suggestion: hint } : {}),
        };
      }
    }
  },
};
