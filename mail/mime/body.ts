/** Walks the parts of a mail in order: what is text, what is HTML, what is a file (RFC 2046, 2387). */
import { canonicalCharset, decodeText, isUnknownCharset } from './charset';
import { unflow } from './flowed';
import type { MimePart } from './part-tree';
import { readTnef, isTnef } from './tnef';
import { decodeTransfer } from './transfer';
import { findUuencoded } from './uuencode';

/** A file as found, before it gets its safe name. */
export interface FoundFile {
  part: MimePart;
  content: Buffer;
}

/** One piece of the body. */
type Block =
  { text: string } | { html: string } | { image: string } | { text: string | null; html: string | null; both: true };

/** What the walk found. */
export interface FoundBody {
  /** Text parts in order; null where the mail has none. */
  text: string | null;
  /** HTML of the whole body, text parts woven in; null where the mail has none. */
  html: string | null;
  files: FoundFile[];
  /** Decoded bytes of every leaf in order, for the digest. */
  leaves: { type: string; content: Buffer }[];
  warnings: Set<string>;
}

/** How the pieces of one kind become the other. */
export interface Weave {
  textToHtml(text: string): string;
  htmlToText(html: string): string;
}

/** Begins the Content-ID of an inline image that had none. */
export const GENERATED_ID = 'inline-image-';

interface Walk {
  files: FoundFile[];
  leaves: { type: string; content: Buffer }[];
  warnings: Set<string>;
  weave: Weave;
  /** A body part was found: later named text parts are files. */
  hasBody: boolean;
}

/** Reads the body out of the tree. */
export function readBody(root: MimePart, weave: Weave): FoundBody {
  const walk: Walk = { files: [], leaves: [], warnings: new Set(), weave, hasBody: false };
  const blocks = blocksOf(root, walk);
  return {
    text: textOf(blocks, weave),
    html: htmlOf(blocks, weave),
    files: walk.files,
    leaves: walk.leaves,
    warnings: walk.warnings,
  };
}

function blocksOf(part: MimePart, walk: Walk): Block[] {
  if (part.parts.length === 0) return leafBlocks(part, walk);
  if (!part.type.startsWith('multipart/'))
    return [...part.parts.flatMap((child) => blocksOf(child, walk)), ...leafBlocks(part, walk)];
  if (part.type !== 'multipart/alternative') return part.parts.flatMap((child) => blocksOf(child, walk));
  return [alternative(part, walk)];
}

/** Of alternatives the first with text gives the text, the last with HTML the HTML. */
function alternative(part: MimePart, walk: Walk): Block {
  const hadBody = walk.hasBody;
  let text: string | null = null;
  let html: string | null = null;
  for (const child of part.parts) {
    walk.hasBody = hadBody;
    const blocks = blocksOf(child, walk);
    if (blocks.some((block) => 'html' in block && block.html !== null)) html = htmlOf(blocks, walk.weave) ?? html;
    else text ??= textOf(blocks, walk.weave);
  }
  walk.hasBody = hadBody || text !== null || html !== null;
  const told = html !== null && saysNothing(text ?? '');
  return { text: told ? null : text, html, both: true };
}

// What programs write that have no text: the words are in the HTML.
const STUB =
  /^[^]{0,300}(?:does ?n[o']t|do not|cannot|can't|not able to|enable|kann|unterstützt|ne (?:peut|supporte)|no (?:puede|soporta))[^]{0,100}\bhtml\b[^]{0,200}$/i;

function saysNothing(text: string): boolean {
  const words = text.trim();
  return words === '' || (words.length < 400 && STUB.test(words));
}

function leafBlocks(part: MimePart, walk: Walk): Block[] {
  const { bytes, broken } = decodeTransfer(part.body, part.encoding);
  if (broken) walk.warnings.add('Part of the mail is badly encoded; what could be read of it is shown.');
  walk.leaves.push({ type: part.type, content: bytes });
  if (isBody(part, walk)) {
    walk.hasBody = true;
    return [bodyBlock(part, part.type === 'text/plain' ? withoutUuencoded(part, bytes, walk) : bytes, walk)];
  }
  if (part.type === 'text/x-amp-html') return [];
  walk.files.push({ part, content: bytes });
  if (isTnef(bytes)) return tnefBlocks(part, bytes, walk);
  if (!part.type.startsWith('image/') || part.disposition !== 'inline') return [];
  part.contentId ??= `${GENERATED_ID}${walk.files.length}`;
  return [{ image: part.contentId }];
}

/** Outlook's winmail.dat stays a file; what is inside stands beside it, its body only where there is none yet. */
function tnefBlocks(part: MimePart, bytes: Buffer, walk: Walk): Block[] {
  const inside = readTnef(bytes);
  if (inside === null) return [];
  for (const { name, type, contentId, content } of inside.files) {
    walk.files.push({ part: fileInside(part, { type, name, contentId, content }), content });
  }
  if (walk.hasBody || (inside.text === null && inside.html === null)) return [];
  walk.hasBody = true;
  return [{ text: inside.text, html: inside.html, both: true }];
}

/** Files between the lines of a text are files, as other mail programs show them; the words around them stay. */
function withoutUuencoded(part: MimePart, bytes: Buffer, walk: Walk): Buffer {
  if (!bytes.includes('begin ')) return bytes;
  const words: Buffer[] = [];
  let at = 0;
  for (const { name, content, start, end } of findUuencoded(bytes.toString('latin1'))) {
    const type = 'application/octet-stream';
    const fileName = decodeText(Buffer.from(name, 'latin1'), part.params.get('charset') ?? null).text;
    walk.files.push({ part: fileInside(part, { type, name: fileName, contentId: null, content }), content });
    words.push(bytes.subarray(at, start));
    at = end;
  }
  return at === 0 ? bytes : Buffer.concat([...words, bytes.subarray(at)]);
}

/** A file that a part holds in a form of its own. */
function fileInside(
  part: MimePart,
  { type, name, contentId, content }: { type: string; name: string; contentId: string | null; content: Buffer },
): MimePart {
  const own = { fileName: name || null, disposition: 'attachment', encoding: '', body: content };
  return { ...part, ...own, type, contentId };
}

const BODY_TYPES = new Set(['text/plain', 'text/html', 'text/enriched', 'text/richtext']);

function isBody(part: MimePart, walk: Walk): boolean {
  if (!BODY_TYPES.has(part.type) || (part.disposition !== null && part.disposition !== 'inline')) return false;
  return part.fileName === null || !walk.hasBody;
}

function bodyBlock(part: MimePart, bytes: Buffer, walk: Walk): Block {
  const declared = part.params.get('charset') ?? htmlCharset(part, bytes) ?? '';
  const decoded = decodeText(bytes, declared);
  if (decoded.charset !== 'us-ascii' && isDoubtful(declared, decoded.charset))
    walk.warnings.add(`The text is not in the charset that the mail names; it was read as ${decoded.charset}.`);
  if (decoded.replaced) walk.warnings.add('Some characters could not be read and are shown as \ufffd.');
  const text = decoded.text
    .replace(/^\ufeff/, '')
    .replace(/\r\n?/g, '\n')
    .replace(/\0/g, '');
  if (part.type === 'text/html') return { html: text };
  if (part.type !== 'text/plain') return { text: withoutEnrichment(text) };
  const flowed = part.params.get('format')?.toLowerCase() === 'flowed';
  return { text: flowed ? unflow(text, part.params.get('delsp')?.toLowerCase() === 'yes') : text };
}

/** UTF-8 is recognised for certain; what is said to be UTF-8 and is not, or bears no known name, was guessed. */
function isDoubtful(declared: string, readAs: string): boolean {
  return isUnknownCharset(declared) || (canonicalCharset(declared) === 'utf-8' && readAs !== 'utf-8');
}

/** HTML may say its charset itself where the header does not. */
function htmlCharset(part: MimePart, bytes: Buffer): string | null {
  if (part.type !== 'text/html') return null;
  return /<meta[^<>]{0,200}charset\s*=\s*["']?([\w-]{2,40})/i.exec(bytes.toString('latin1', 0, 4096))?.[1] ?? null;
}

/** text/enriched and text/richtext (RFC 1896): the words without the commands. */
function withoutEnrichment(text: string): string {
  return text
    .replace(/<param>[^<]{0,1000}<\/param>/gi, '')
    .replace(/<nl>/gi, '\n')
    .replace(/<lt>/gi, '\ue000')
    .replace(/<\/?[a-z-]{1,60}>/gi, '')
    .replace(/<</g, '<')
    .replace(/\ue000/g, '<');
}

function textOf(blocks: Block[], weave: Weave): string | null {
  const texts: string[] = [];
  for (const block of blocks) {
    if ('image' in block) continue;
    const text = 'text' in block ? block.text : null;
    const html = 'html' in block ? block.html : null;
    if (text !== null) texts.push(text);
    else if (html !== null) texts.push(weave.htmlToText(html));
  }
  return texts.length > 0 ? joinTexts(texts) : null;
}

/** All pieces as HTML; null where none of them is HTML or an image between two texts. */
function htmlOf(blocks: Block[], weave: Weave): string | null {
  const written = blocks.map((block) => ('html' in block ? (block.html ?? '') : '')).join('');
  const lastWords = blocks.findLastIndex((block) => !('image' in block));
  // An image between two texts stays in its place; one that the HTML shows, or that stands at the end, is not repeated.
  const shown = (block: Block, i: number): boolean =>
    'image' in block && i < lastWords && !written.includes(`cid:${block.image}`);
  if (!blocks.some((block, i) => ('html' in block && block.html !== null) || shown(block, i))) return null;
  const pieces = blocks.map((block, i) => {
    if ('image' in block) return shown(block, i) ? `<img src="cid:${block.image.replace(/["<>&\s]/g, '')}">` : '';
    if ('html' in block && block.html !== null) return block.html;
    const text = 'text' in block ? (block.text ?? '') : '';
    return text.trim() === '' ? '' : weave.textToHtml(text);
  });
  return pieces.filter((piece) => piece !== '').join('\n');
}

function joinTexts(texts: string[]): string {
  if (texts.length === 1) return texts[0] ?? '';
  return texts
    .map((text) => text.replace(/\n+$/, ''))
    .filter((text) => text.trim() !== '')
    .join('\n\n');
}
