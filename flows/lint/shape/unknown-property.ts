import { knownProperties } from '../../schema';
import type { LintContext, Rule } from '../context';
import { stepsOf } from '../finding';
import { nameThe } from '../name-the';
import { suggest } from '../suggest';

/** E103: a property that the flow language does not know there. */
export const unknownProperty: Rule = {
  code: 'E103',
  title: 'Unknown property',
  *check(context) {
    for (const { keyword, instancePath, params } of context.faults) {
      const name = String(params['additionalProperty']);
      // What a node's outcomes may be called is E204's to say.
      if (keyword !== 'additionalProperties' || isNext(instancePath)) continue;
      const hint = suggest(name, propertiesAt(context, instancePath));
      yield {
        pointer: `${instancePath}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
        message: `${nameThe(instancePath)} has no property "${name}". Remove it, or correct its name.`,
        ...(hint ? { suggestion: hint } : {}),
      };
    }
  },
};

function isNext(pointer: string): boolean {
  const steps = stepsOf(pointer);
  return steps[0] === 'nodes' && steps[2] === 'next';
}

/** Properties of objects inside of nodes, variables and settings. */
const INSIDE =
  'when next add group agent percent hours type title default enum personal method path query body maxAttempts interval backoffRate setting'.split(
    ' ',
  );

function propertiesAt({ nodes }: LintContext, pointer: string): string[] {
  const [root, name, ...rest] = stepsOf(pointer);
  if (root === undefined) return knownProperties(null);
  const kind = root === 'nodes' && rest.length === 0 ? nodes.get(name ?? '')?.kind : undefined;
  if (kind !== undefined && kind !== null) return knownProperties(kind);
  return INSIDE;
}
