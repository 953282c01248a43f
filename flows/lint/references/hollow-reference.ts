import type { Rule } from '../context';
import { referencesOf } from './references-of';

/** W502: a group that has no agents, or a template without a language that is needed. */
export const hollowReference: Rule = {
  code: 'W502',
  title: 'Group without agents, or template without a needed language',
  *check(context) {
    const { emptyGroups = [], languages = [], templateLanguages = {} } = context.references;
    for (const { pointer, name, of } of referencesOf(context)) {
      if (of === 'groups' && emptyGroups.includes(name)) {
        yield { pointer, message: `The group "${name}" has no agents: nobody will be rung. Add an agent to it.` };
      }
      const has = of === 'templates' && Object.hasOwn(templateLanguages, name) ? templateLanguages[name] : undefined;
      const lacking = has ? languages.filter((language) => !has.includes(language)) : [];
      if (lacking.length > 0) {
        const words = lacking.map((language) => `"${language}"`).join(', ');
        yield {
          pointer,
          message: `The template "${name}" has no text in ${words}. Write it, or name another template.`,
        };
      }
    }
  },
};
