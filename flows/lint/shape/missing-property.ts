import type { LintContext, Rule } from '../context';
import { stepsOf } from '../finding';
import { nameThe } from '../name-the';
import { inWords, schemaAt } from './schema-at';

/** Properties whose absence has a code of its own. */
const OWN_CODE: readonly string[] = ['start', '$schema', 'next', 'default', 'type'];

/** E109: a property that must be there is not. */
export const missingProperty: Rule = {
  code: 'E109',
  title: 'A property is missing',
  *check(context) {
    const either = new Set(
      context.faults.filter(({ keyword }) => keyword === 'oneOf').map((each) => each.instancePath),
    );
    for (const pointer of either) {
      if (context.faults.some(({ keyword, instancePath }) => keyword === 'required' && instancePath === pointer))
        yield { pointer, message: `${nameThe(pointer)} needs "group" or "agent", with the name of one.` };
    }
    for (const { keyword, instancePath, params } of context.faults) {
      const property = String(params['missingProperty']);
      if (keyword !== 'required' || either.has(instancePath) || hasOwnCode(context, instancePath, property)) continue;
      const schema = schemaAt(context.root, `${instancePath}/${property}`);
      const what = schema && inWords(schema);
      yield {
        pointer: instancePath,
        message: `${nameThe(instancePath)} needs "${property}"${what ? `: ${what}` : ''}.`,
      };
    }
  },
};

function hasOwnCode({ nodes }: LintContext, pointer: string, property: string): boolean {
  const steps = stepsOf(pointer);
  if (steps.length === 0) return property === 'start' || property === '$schema';
  const [part, name = ''] = steps;
  if (part !== 'nodes' || steps.length !== 2) return false;
  // A wait without a time-out is E208.
  return OWN_CODE.includes(property) || (property === 'timeout' && nodes.get(name)?.kind === 'wait');
}
