import type { Json } from '../flow';
import { stepsOf } from '../lint/finding';

type Node = { [name: string]: Json };

/** The smallest answer of another system from which a webhook that saves so takes these values. */
export function answerWith(
  save: Readonly<Record<string, string>>,
  values: Readonly<Record<string, string | number | boolean>>,
): Node {
  const answer: Node = Object.create(null) as Node;
  for (const [variable, pointer] of Object.entries(save)) {
    const value = Object.hasOwn(values, variable) ? values[variable] : undefined;
    const steps = stepsOf(pointer);
    const last = steps.pop();
    if (value === undefined || last === undefined) continue;
    let at = answer;
    // A number that counts in a list counts in an object as well.
    for (const step of steps) at = below(at, step);
    at[last] = value;
  }
  return answer;
}

function below(at: Node, step: string): Node {
  const known = Object.hasOwn(at, step) ? at[step] : undefined;
  if (typeof known === 'object' && known !== null && !Array.isArray(known)) return known;
  const made: Node = Object.create(null) as Node;
  at[step] = made;
  return made;
}
