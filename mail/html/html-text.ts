/** Text of HTML, for mails that have no text of their own and for what follows a cut. */
import { convert, type FormatCallback } from 'html-to-text';
import { shallowHtml } from './shallow-html';

const MAX_CHARS = 2 * 1024 * 1024;

const cell: FormatCallback = (element, walk, builder) => {
  builder.addInline(' ', {});
  walk(element.children, builder);
  builder.addInline(' ', {});
};

/** The words of `html` with paragraphs kept; bounded in depth and length, never throws. */
export function htmlToText(html: string): string {
  const source = shallowHtml(html.slice(0, MAX_CHARS));
  try {
    return convert(source, {
      wordwrap: false,
      formatters: { cell },
      // Quoted mails bring a body of their own, which would stand for all: everything is read.
      baseElements: { selectors: [] },
      limits: { maxDepth: 200, maxInputLength: MAX_CHARS },
      selectors: [
        { selector: 'a', options: { hideLinkHrefIfSameAsText: true, ignoreHref: false, noAnchorUrl: true } },
        { selector: 'img', format: 'skip' },
        { selector: 'title', format: 'skip' },
        // Cells that follow each other are words apart, whatever the table was made for.
        { selector: 'table', format: 'block' },
        { selector: 'tr', format: 'block', options: { leadingLineBreaks: 1, trailingLineBreaks: 1 } },
        ...['td', 'th'].map((selector) => ({ selector, format: 'cell' })),
        ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
      ],
    })
      .replace(/\u00a0/g, ' ')
      .replace(/[ \t]+\n/g, '\n')
      .replace(/\n{3,}/g, '\n\n')
      .trim();
  } catch {
    return withoutTags(source);
  }
}

function withoutTags(html: string): string {
  return html
    .slice(0, 200_000)
    .replace(/<(style|script)\b[\s\S]{0,5000}?<\/\1>/gi, ' ')
    .replace(/<[^<>]{0,2000}>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Text as HTML: escaped, line breaks kept. */
export function textToHtml(text: string): string {
  const escaped = text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
  return `<div style="white-space: pre-wrap">${escaped}</div>`;
}
