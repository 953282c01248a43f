import { unlinked } from './break-links';
import { escapeHtml } from './html-document';

/** A mail text with `{{ name }}` places; subject, preview and text are plain, html is HTML. */
export interface MailTemplate {
  subject: string;
  preview: string;
  html: string;
  /** Made from the HTML by `composeMail` when absent. */
  text?: string | null;
}

/** A value for a place. What is not `own` may be a stranger's words; `own` marks what we or an admin wrote, so its addresses stay whole. */
export type TemplateValue = string | number | null | undefined | { own: string };

/** Something an admin should mend in a template: a place nobody fills, or braces that make no place. */
export interface TemplateFinding {
  part: 'subject' | 'preview' | 'html' | 'text';
  variable: string;
  sentence: string;
}

/** A template with its places filled, and what could not be filled (left empty). */
export interface RenderedTemplate {
  subject: string;
  preview: string;
  html: string;
  text: string | null;
  findings: TemplateFinding[];
}

/** No value in a mail of ours is longer: an automatic answer must not carry a spammer's text to a forged sender. */
const maxValueCharacters = 200;

const place = /\{\{([^{}]*)\}\}/g;
const variableName = /^[A-Za-z][\w-]*(\.[A-Za-z][\w-]*)*$/;

/**
 * Fills a template: `{{ contact.name }}`, or `{{ contact.name | there }}` with words for an empty value. Values lose line
 * breaks and control characters, get at most 200 characters, their links are broken, and in the HTML they are escaped.
 * A variable that `values` does not name is a finding and leaves its place empty.
 */
export function renderTemplate(
  template: MailTemplate,
  values: Readonly<Record<string, TemplateValue>>,
): RenderedTemplate {
  const findings: TemplateFinding[] = [];
  const fill = (part: TemplateFinding['part'], text: string, escape: (value: string) => string): string =>
    text.replace(place, (_whole, inside: string) => {
      const [name = '', ...otherwise] = inside.split('|').map((word) => word.trim());
      if (!variableName.test(name)) {
        findings.push({
          part,
          variable: name,
          sentence: `"{{${inside}}}" in the ${part} is not the name of a variable.`,
        });
        return '';
      }
      if (!Object.hasOwn(values, name)) {
        findings.push({ part, variable: name, sentence: `The ${part} uses "${name}", which does not exist here.` });
      }
      const value = Object.hasOwn(values, name) ? plainValue(values[name]) : '';
      // Words for an empty value are the admin's own.
      return escape(value === '' ? otherwise.join(' | ') : value);
    });
  const asIs = (value: string): string => value;
  return {
    subject: oneLine(fill('subject', template.subject, asIs)),
    preview: oneLine(fill('preview', template.preview, asIs)),
    html: fill('html', template.html, escapeHtml),
    text: typeof template.text === 'string' ? fill('text', template.text, asIs) : null,
    findings,
  };
}

/** Names the variables a template uses, each once, in the order of their first use. */
export function variablesOf(template: MailTemplate): string[] {
  const text = [template.subject, template.preview, template.html, template.text ?? ''].join('\n');
  const names = [...text.matchAll(place)].map((match) => (match[1] ?? '').split('|')[0]?.trim() ?? '');
  return [...new Set(names.filter((name) => variableName.test(name)))];
}

function plainValue(value: TemplateValue): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'object') return cut(oneLine(value.own));
  return cut(typeof value === 'number' ? String(value) : unlinked(oneLine(value)));
}

function cut(text: string): string {
  const characters = Array.from(text);
  return characters.length > maxValueCharacters ? `${characters.slice(0, maxValueCharacters - 1).join('')}…` : text;
}

/** One line without control, direction-changing and invisible characters, which hide or reorder words. */
function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]/gu, '')
    .replace(/\s+/gu, ' ')
    .trim();
}
