/** Takes the depth out of hostile HTML, in one pass: the libraries need time by the square of it. */

const MAX_DEPTH = 200;
const TAG = /<(\/?)([a-z][a-z0-9]{0,20})\b[^<>]*>/gi;
// These have no end, or end by themselves when the next one begins.
const FLAT = new Set(
  'area base br col embed hr img input link meta source track wbr p li td th tr dt dd option thead tbody tfoot'.split(
    ' ',
  ),
);

/** The same HTML, without the tags that open deeper than anybody nests them. */
export function shallowHtml(html: string): string {
  let depth = 0;
  let deepest = 0;
  for (const match of html.matchAll(TAG)) {
    if (FLAT.has((match[2] ?? '').toLowerCase())) continue;
    depth = match[1] ? Math.max(0, depth - 1) : depth + 1;
    deepest = Math.max(deepest, depth);
  }
  return deepest <= MAX_DEPTH ? html : withoutDepth(html);
}

function withoutDepth(html: string): string {
  let depth = 0;
  return html.replace(TAG, (tag, closing: string, name: string) => {
    if (FLAT.has(name.toLowerCase())) return depth > MAX_DEPTH ? ' ' : tag;
    if (!closing) depth += 1;
    const shown = depth <= MAX_DEPTH;
    if (closing) depth = Math.max(0, depth - 1);
    return shown ? tag : '';
  });
}
