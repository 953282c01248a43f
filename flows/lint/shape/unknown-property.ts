import { valueAt } from '../../webhook/read-answer';
import type { LintContext, Rule } from '../context';
import { stepsOf } from '../finding';
import { nameThe } from '../name-the';
import { suggest } from '../suggest';
import { formOf, inWords, propertiesOf, schemaAt } from './schema-at';

/** E103: a property that the flow language does not know there. */
export const unknownProperty: Rule = {
  code: 'E103',
  title: 'Unknown property',
  *check(context) {
    for (const { keyword, instancePath, params } of context.faults) {
      const name = String(params['additionalProperty']);
      // What a node's outcomes may be called is E204's to say.
      if (keyword !== 'additionalProperties' || isNext(instancePath)) continue;
      const hint = suggestion(context, instancePath, name);
      yield {
        pointer: `${instancePath}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
        message: `${nameThe(instancePath)} has no property "${name}". Remove it, or correct its name.`,
        ...(hint ? { suggestion: hint } : {}),
      };
    }
  },
};

/** The name that is meant, what is needed instead, or what there may be. */
function suggestion(context: LintContext, pointer: string, name: string): string | null {
  const meant = context.mistyped.find((each) => each.pointer === pointer && each.written === name);
  if (meant?.near) return `Did you mean "${meant.meant}"?`;
  if (meant) {
    const schema = schemaAt(context.root, `${pointer}/${meant.meant}`);
    return `It needs "${meant.meant}"${schema ? `: ${inWords(schema)}` : ''}.`;
  }
  const around = schemaAt(context.root, pointer);
  const known = around ? propertiesOf(formOf(around, valueAt(context.root, pointer)) ?? around) : [];
  if (known.length === 0) return null;
  return suggest(name, known) ?? `It may have: ${known.map((each) => `"${each}"`).join(', ')}.`;
}

function isNext(pointer: string): boolean {
  const steps = stepsOf(pointer);
  return steps[0] === 'nodes' && steps[2] === 'next';
}
