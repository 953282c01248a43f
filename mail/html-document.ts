import { compile } from 'html-to-text';

const convert = compile({
  wordwrap: 78,
  // Deep nesting overflows its stack otherwise (20,000 divs, measured).
  limits: { maxDepth: 100, maxInputLength: 2_000_000, ellipsis: '…' },
  selectors: [
    { selector: 'a', options: { hideLinkHrefIfSameAsText: true, linkBrackets: ['<', '>'] } },
    { selector: 'img', format: 'skip' },
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
  ],
});

/** The text/plain part of a mail whose author wrote HTML: readable, links in angle brackets, no images. */
export function textOfHtml(html: string): string {
  return `${convert(html).trimEnd()}\n`;
}

/** Escapes a text so that it is only text in HTML, in an element or in a quoted attribute. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/**
 * Makes a full HTML document of a fragment (a bare fragment costs spam points and has no charset of its own), with the
 * preview as hidden first text. A text that is a document already is taken as it is, the preview put after its body tag.
 */
export function htmlDocument(parts: {
  html: string;
  title: string;
  /** One line of plain text. */
  preview?: string | null;
  language?: string | null;
}): string {
  const preview = parts.preview ? previewBlock(parts.preview) : '';
  if (/<html[\s>]/i.test(parts.html)) {
    return /<body[^>]*>/i.test(parts.html) ? parts.html.replace(/<body[^>]*>/i, (tag) => tag + preview) : parts.html;
  }
  const language = parts.language && /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(parts.language) ? parts.language : null;
  return [
    '<!DOCTYPE html>',
    `<html${language ? ` lang="${language}"` : ''}>`,
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeHtml(parts.title)}</title>`,
    '</head>',
    '<body style="margin:0;padding:16px;font-family:system-ui,-apple-system,Segoe UI,Arial,sans-serif;font-size:15px;line-height:1.5">',
    `${preview}${parts.html}`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function previewBlock(preview: string): string {
  const hidden =
    'display:none;max-height:0;max-width:0;overflow:hidden;opacity:0;mso-hide:all;font-size:1px;line-height:1px';
  // The blanks keep clients from filling the preview line up with the beginning of the text.
  return `<div style="${hidden}">${escapeHtml(preview)}${'&#8199;&#65279;&#847; '.repeat(40)}</div>`;
}
