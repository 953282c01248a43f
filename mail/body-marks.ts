import { escapeHtml } from './html-document';
import { REPLY_SEPARATOR } from './quote';

/** Marks of ours in the body of a mail that goes out. */
export interface BodyMarks {
  /** The line above which an answer is to be written: intake cuts there, whatever program quoted us (email.md R4). */
  separator: boolean;
  /** `mintBodyMarker`: leads a quote of the mail back to its enquiry when headers are lost (email.md T1, step 4). */
  reference: string | null;
}

const quiet = 'color:#8a8a8a;font-size:11px;line-height:1.4';

/** Puts the marks into both bodies, the separator first and the reference last; a text that is absent stays so. */
export function withBodyMarks<Bodies extends { html: string; text?: string | null }>(
  bodies: Bodies,
  marks: BodyMarks,
): Bodies {
  const above = marks.separator ? REPLY_SEPARATOR : null;
  const below = marks.reference;
  const text = bodies.text ? [above, bodies.text, below].filter((part) => part !== null).join('\n\n') : bodies.text;
  return { ...bodies, text, html: inHtml(bodies.html, above, below) };
}

function inHtml(html: string, above: string | null, below: string | null): string {
  const begin = above === null ? '' : `<div style="${quiet}">${escapeHtml(above)}</div>\n`;
  const end = below === null ? '' : `\n<div style="${quiet}">${escapeHtml(below)}</div>`;
  // A whole document is marked inside its body, and nothing of it is read as a replacement pattern.
  if (!/<body[^>]*>/i.test(html)) return `${begin}${html}${end}`;
  const opened = html.replace(/<body[^>]*>/i, (tag) => tag + begin);
  return /<\/body>/i.test(opened) ? opened.replace(/<\/body>/i, (tag) => end + tag) : opened + end;
}
