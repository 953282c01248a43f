/** Where the quoted tail of an HTML mail begins, by the marks that mail programs leave. */
import { isIntroduction } from './quote-text';

interface Marker {
  pattern: RegExp;
  /** The quote is this one element: what stands behind its end was written by the sender. */
  element?: boolean;
}

const MARKERS: Marker[] = [
  {
    pattern: /<(div|blockquote)[^<>]{0,300}class\s*=\s*["']?[^"'<>]{0,100}\bgmail_(?:quote|quote_container|extra)\b/i,
    element: true,
  },
  {
    pattern:
      /<div[^<>]{0,300}id\s*=\s*["']?(?:\w{1,20}_)?(?:divRplyFwdMsg|divTaggedContent|appendonsend|mail-editor-reference-message-container|OLK_SRC_BODY_SECTION)\b/i,
  },
  { pattern: /<hr[^<>]{0,200}(?:id\s*=\s*["']?(?:stopSpelling|zwchr)|data-marker\s*=\s*["']?__DIVIDER__)/i },
  { pattern: /<div[^<>]{0,200}data-marker\s*=\s*["']?__(?:QUOTED_TEXT|HEADERS)__/i },
  { pattern: /<div[^<>]{0,200}class\s*=\s*["']?[^"'<>]{0,60}\bmoz-cite-prefix\b/i },
  {
    pattern:
      /<div[^<>]{0,200}class\s*=\s*["']?[^"'<>]{0,60}\b(?:protonmail_quote|yahoo_quoted|yahooQuoted|zmail_extra|quotedMailAttribution|gmail_quote_attribution|tutanota_quote|front-blockquote|elided-text|mailbox_quote|ydp\w{0,20}yahoo_quoted)\b/i,
    element: true,
  },
  {
    pattern:
      /<(?:div|blockquote|p)[^<>]{0,200}(?:id|name)\s*=\s*["']?(?:yahoo_quoted\w{0,40}|reply-intro|isReplyContent|messageReplySection|replybody\d{0,6}|mailcontent_quote|x_?divRplyFwdMsg|quoted-mail|quote(?=["'\s>]))\b/i,
  },
  {
    pattern:
      /<div[^<>]{0,100}style\s*=\s*["'][^"'<>]{0,200}border:\s*none;\s*border-top:\s*solid\s+#[0-9a-f]{6}\s+1\.0pt/i,
  },
  {
    pattern:
      /<blockquote[^<>]{0,200}(?:type\s*=\s*["']?cite|cite\s*=|class\s*=\s*["']?[^"'<>]{0,60}\b(?:clean_bq|iosymail|mori))/i,
    element: true,
  },
  {
    pattern:
      /-{2,30}(?:&nbsp;|\s){0,4}(?:原始邮件|原始郵件|Original Message|Исходное сообщение|Пересылаемое сообщение|Ursprüngliche Nachricht|Message d'origine|Mensaje original|Messaggio originale)(?:&nbsp;|\s){0,4}-{2,30}/i,
  },
];

const INTRODUCTION =
  /(?:wrote|schrieb[^<>]{0,80}|a écrit|escribió|ha scritto|escreveu|schreef[^<>]{0,80}|skrev[^<>]{0,80}|pisze|napisał\(?a?\)?|пишет|написал\(?а?\)?|写道|寫道|&gt;|作成)(?:&nbsp;|\s)*[:：](?:\s|&nbsp;|<br[^<>]{0,10}>|<\/(?:div|p|span|font)>|<(?:div|p|span)[^<>]{0,100}>){0,12}$/i;

const SEARCH_CHARS = 1024 * 1024;
// Whether anything follows is seen soon.
const AFTER_CHARS = 20_000;

/** Offset in `html` where the quote begins, or null where no mark is found or text follows the quoted element. */
export function htmlQuoteStart(html: string): number | null {
  const text = html.slice(0, SEARCH_CHARS);
  let first: { at: number; marker: Marker } | null = null;
  for (const marker of MARKERS) {
    const at = text.search(marker.pattern);
    if (at >= 0 && (first === null || at < first.at)) first = { at, marker };
  }
  if (first === null) return null;
  if (
    /forwarded message|weitergeleitete nachricht|message transféré|mensaje reenviado|пересылаемое сообщение|转发/i.test(
      text.slice(first.at, first.at + 600).replace(/<[^<>]*>/g, ''),
    )
  )
    return null;
  if (first.marker.element && textAfterElement(text, first.at)) return null;
  return introductionStart(text, first.at);
}

/** The line that introduces the quote, such as `On …, NAME wrote:`, goes with it. */
function introductionStart(html: string, at: number): number {
  const before = html.slice(Math.max(0, at - 1500), at);
  const block = [...before.matchAll(/<(?:div|p|br)\b[^<>]{0,200}>(?=[^]{0,600}$)/gi)].findLast(
    (match) => wordsOf(before.slice(match.index)).length > 8,
  );
  if (!block || !(INTRODUCTION.test(before) || isIntroduction(wordsOf(before.slice(block.index))))) return at;
  return at - before.length + block.index;
}

function wordsOf(html: string): string {
  return html
    .replace(/<[^<>]*>|&nbsp;/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Words stand behind the end of the element that begins at `at`: the answer is below or between the quotes. */
function textAfterElement(html: string, at: number): boolean {
  const name = /^<([a-z]+)/i.exec(html.slice(at, at + 20))?.[1] ?? 'div';
  const tags = new RegExp(`<(/?)${name}\\b[^<>]{0,2000}>`, 'gi');
  tags.lastIndex = at;
  let depth = 0;
  for (let match = tags.exec(html); match; match = tags.exec(html)) {
    depth += match[1] ? -1 : 1;
    if (depth > 0) continue;
    const end = match.index + match[0].length;
    const rest = html
      .slice(end, end + AFTER_CHARS)
      .replace(/<(?:style|script)\b[\s\S]{0,5000}?<\/(?:style|script)>/gi, '');
    return rest.replace(/<[^<>]*>|&nbsp;|\s+/g, '').length > 0;
  }
  return false;
}
