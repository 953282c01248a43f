import type { Rule } from '../context';
import { suggest } from '../suggest';
import { referencesOf } from './references-of';

/** E501: a group, agent, template, list, connection, calendar, tag or flow that does not exist. */
export const unknownReference: Rule = {
  code: 'E501',
  title: 'Reference to something that does not exist',
  *check(context) {
    for (const { pointer, name, of } of referencesOf(context)) {
      const known = context.references[of];
      if (!known || known.includes(name)) continue;
      const hint = suggest(name, known);
      yield {
        pointer,
        message: `There is no ${of.slice(0, -1)} "${name}". Make it first, or name another.`,
        ...(hint ? { suggestion: hint } : {}),
      };
    }
  },
};
