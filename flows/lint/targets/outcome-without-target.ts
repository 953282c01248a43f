import { kindNamed, outcomesOf } from '../../kinds';
import { isObject, type NodeText, type Rule } from '../context';
import { pointerTo, type Found } from '../finding';

/** E203: an outcome that leads nowhere, a switch without `default`, a node without `next`. */
export const outcomeWithoutTarget: Rule = {
  code: 'E203',
  title: 'Outcome without target',
  *check({ nodes, faults }) {
    for (const text of nodes.values()) {
      const mistyped = faults.some(
        ({ keyword, instancePath }) =>
          keyword === 'additionalProperties' && instancePath === pointerTo('nodes', text.name),
      );
      // A property that nobody knows there may be the missing one, mistyped.
      if (!mistyped) yield* missing(text);
    }
  },
};

function* missing(text: NodeText): Iterable<Found> {
  const { name, json, node } = text;
  const kind = kindNamed(text.kind);
  const pointer = pointerTo('nodes', name);
  if (!kind) return;
  if (text.kind === 'switch' && json['default'] === undefined) {
    yield { pointer, message: `The switch "${name}" does not say where to go when no case holds. Add "default".` };
  }
  if (kind.withoutNext) return;
  const { next } = json;
  if (next === undefined) {
    yield { pointer, message: `The node "${name}" does not say what comes next. Add "next".` };
    return;
  }
  if (!node || !isObject(next)) return;
  const left = outcomesOf(kind, node).filter((outcome) => next[outcome.name] === undefined);
  if (left.length === 0) return;
  const words = left.map((outcome) => `"${outcome.name}"`).join(' or ');
  const leads = left.length === 1 ? 'that leads' : 'these lead';
  const message = `The node "${name}" can end with ${words}, and "next" does not say where ${leads}.`;
  yield { pointer: `${pointer}/next`, message };
}
