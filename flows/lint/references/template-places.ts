import { factOf, pathsOf } from '../../facts';
import { once, type LintContext } from '../context';
import type { Found } from '../finding';
import { suggest } from '../suggest';
import { referencesOf } from './references-of';

/** What every template may name, whatever the flow (`activities/mail/queue-mail.ts` fills it). */
const TEMPLATE_NAMES = [
  'contact.name',
  'contact.email',
  'enquiry.number',
  'message.subject',
  'channel.name',
  'channel.address',
  'agent.name',
] as const;

/** One `{{ }}` of a template that the flow names. */
interface TemplatePlace {
  /** Where the flow names the template. */
  pointer: string;
  template: string;
  path: string;
}

/** The places of the templates that the flow names, as far as these are known. */
export function templatePlacesOf(context: LintContext): readonly TemplatePlace[] {
  return once(context, collect);
}

function collect(context: LintContext): TemplatePlace[] {
  const { templatePlaces = {} } = context.references;
  return referencesOf(context).flatMap(({ pointer, name: template, of }) => {
    const places = of === 'templates' && Object.hasOwn(templatePlaces, template) ? templatePlaces[template] : undefined;
    return (places ?? []).map((path) => ({ pointer, template, path }));
  });
}

/** Names in templates that nothing stands behind where this flow sends them, as findings of E303. */
export function* unknownInTemplates(context: LintContext): Iterable<Found> {
  for (const { pointer, template, path } of templatePlacesOf(context)) {
    const isOwn = path.startsWith('vars.') || path.startsWith('settings.');
    if (isOwn ? factOf(context, path) : TEMPLATE_NAMES.some((name) => name === path)) continue;
    const own = pathsOf(context).filter((each) => each.startsWith('vars.') || each.startsWith('settings.'));
    const hint = suggest(path, [...TEMPLATE_NAMES, ...own]);
    yield {
      pointer,
      message: `The template "${template}" has "{{ ${path} }}", and a mail of this flow knows no such value. ${
        path.startsWith('vars.') ? 'Declare it under "variables", or correct the template.' : 'Correct the template.'
      }`,
      ...(hint ? { suggestion: hint } : {}),
    };
  }
}
