/** Takes a mail apart into its tree of parts, within limits and without ever refusing one (RFC 2045, 2046). */
import { firstValue, readHeaderBlock, type HeaderBlock, type HeaderField } from './header-block';
import { signedContent } from './opaque-signature';
import { readStructured, type StructuredValue } from './parameters';
import { decodeTransfer } from './transfer';

/** One node of the tree; a leaf has no `parts`. */
export interface MimePart {
  fields: HeaderField[];
  /** Media type in lower case, `text/plain` where none is declared. */
  type: string;
  params: Map<string, string>;
  /** `inline`, `attachment`, any other word, or null. */
  disposition: string | null;
  /** Declared file name as it came, not safe. */
  fileName: string | null;
  contentId: string | null;
  encoding: string;
  /** Bytes of the body, still encoded. */
  body: Buffer;
  parts: MimePart[];
}

/** The tree, and what was odd about it. */
export interface PartTree {
  root: MimePart;
  /** Sentences for people. */
  warnings: string[];
}

interface TreeLimits {
  maxParts: number;
  maxDepth: number;
  maxHeaderBytes: number;
}

interface Progress {
  limits: TreeLimits;
  parts: number;
  warnings: Set<string>;
}

/** Reads the whole mail. A multipart beyond the limits, or without parts, stays one leaf. */
export function readPartTree(raw: Buffer, limits: TreeLimits): PartTree {
  const progress: Progress = { limits, parts: 0, warnings: new Set() };
  const root = readPart(raw, 0, 'text/plain', progress);
  return { root, warnings: [...progress.warnings] };
}

function readPart(bytes: Buffer, depth: number, defaultType: string, progress: Progress): MimePart {
  progress.parts += 1;
  const header = partHeader(bytes, depth, defaultType, progress);
  if (header.cut) progress.warnings.add('The header is longer than the limit; what lies beyond it was not read.');
  if (header.broken && depth === 0) progress.warnings.add('A line of the header is no header field.');
  const part = leaf(header.fields, bytes.subarray(header.bodyStart), defaultType);
  if (/^application\/(?:x-)?pkcs7-mime$/.test(part.type) && depth < progress.limits.maxDepth) {
    const signed = signedContent(decodeTransfer(part.body, part.encoding).bytes);
    if (signed) part.parts.push(readPart(signed, depth + 1, 'text/plain', progress));
    return part;
  }
  if (!part.type.startsWith('multipart/')) return part;
  if (depth >= progress.limits.maxDepth) {
    progress.warnings.add('The parts are nested deeper than the limit; the innermost are kept as one file.');
    return part;
  }
  const sections = multipartSections(part);
  if (sections.length === 0) {
    if (part.body.length === 0) return part;
    progress.warnings.add('A multipart has no parts; its content is shown as text.');
    return { ...part, type: part.body.length > 0 && depth === 0 ? 'text/plain' : part.type };
  }
  const childType = part.type === 'multipart/digest' ? 'message/rfc822' : 'text/plain';
  for (const section of sections) {
    const bytes = part.body.subarray(section.start, section.end);
    if (progress.parts >= progress.limits.maxParts) {
      progress.warnings.add(`The mail has more than ${progress.limits.maxParts} parts; the rest is kept as one file.`);
      part.parts.push(remainder(part.body, section.start));
      break;
    }
    const child = readPart(bytes, depth + 1, childType, progress);
    // A multipart inside with the boundary of its parent is an empty shell: its parts were found as ours.
    const shell = child.params.has('boundary') && child.params.get('boundary') === part.params.get('boundary');
    if (!shell || child.body.length > 0) part.parts.push(child);
    else part.type = child.type;
  }
  return part;
}

/** A part may have no header: what stands behind its empty line is words, or a mail of a digest, whatever it looks like. */
function partHeader(bytes: Buffer, depth: number, defaultType: string, progress: Progress): HeaderBlock {
  const empty = /^\r?\n/.exec(bytes.toString('latin1', 0, 2))?.[0].length ?? 0;
  // Some scripts put the empty line before the header.
  const late = defaultType !== 'message/rfc822' && /^\s*content-[a-z-]+:/i.test(bytes.toString('latin1', 0, 200));
  if (depth === 0 || empty === 0 || late) return readHeaderBlock(bytes, progress.limits.maxHeaderBytes);
  return { fields: [], bodyStart: empty, cut: false, broken: false };
}

/** Some senders forget the word before the parameters. */
function readDisposition(value: string | null): StructuredValue {
  const disposition = readStructured(value);
  return disposition.value.includes('=') ? readStructured(`attachment; ${value ?? ''}`) : disposition;
}

function leaf(fields: HeaderField[], body: Buffer, defaultType: string): MimePart {
  const contentType = readStructured(firstValue(fields, 'content-type'));
  const disposition = readDisposition(firstValue(fields, 'content-disposition'));
  const contentId = firstValue(fields, 'content-id')?.replace(/^[<\s]+|[>\s]+$/g, '');
  const fileName = disposition.params.get('filename') || contentType.params.get('name') || null;
  const type = mediaType(contentType.value, defaultType);
  // Gateways send S/MIME under a name that tells nothing (RFC 8551, 3.2.1: then the file's name counts).
  const sealed = type === 'application/octet-stream' && /\.p7m$/i.test(fileName ?? '');
  return {
    fields,
    type: sealed ? 'application/pkcs7-mime' : type,
    params: contentType.params,
    disposition: disposition.value || null,
    fileName,
    contentId: contentId || null,
    encoding: firstValue(fields, 'content-transfer-encoding') ?? '',
    body,
    parts: [],
  };
}

function mediaType(declared: string, defaultType: string): string {
  const type = /^[^\s;,]+/.exec(declared)?.[0] ?? '';
  if (type === '') return defaultType;
  if (/^[^/\s]+\/[^/\s]+$/.test(type)) return type;
  return type === 'text' || type === 'plain'
    ? 'text/plain'
    : type === 'html'
      ? 'text/html'
      : 'application/octet-stream';
}

/** What is left of a multipart once the limit of parts is reached. */
function remainder(body: Buffer, start: number): MimePart {
  return {
    ...leaf([], body.subarray(start), 'application/octet-stream'),
    disposition: 'attachment',
    fileName: 'rest-of-message.txt',
  };
}

interface Section {
  start: number;
  end: number;
}

function multipartSections(part: MimePart): Section[] {
  const boundary = part.params.get('boundary');
  const declared = boundary ? splitAt(part.body, boundary) : [];
  if (declared.length > 0) return declared;
  if (boundary && /base64|quoted/i.test(part.encoding)) {
    // Forbidden, but seen: a multipart that is itself encoded.
    const decoded = decodeTransfer(part.body, part.encoding).bytes;
    const sections = splitAt(decoded, boundary);
    if (sections.length > 0) part.body = decoded;
    if (sections.length > 0) return sections;
  }
  const guessed = guessedBoundary(part.body);
  return guessed ? splitAt(part.body, guessed) : [];
}

function guessedBoundary(body: Buffer): string | null {
  return /^--([^\r\n]{1,200})\r?\n/m.exec(body.toString('latin1', 0, 4096))?.[1]?.trim() ?? null;
}

function splitAt(body: Buffer, boundary: string): Section[] {
  const delimiter = Buffer.from(`--${boundary}`, /\P{ASCII}/u.test(boundary) ? 'utf8' : 'latin1');
  const sections: Section[] = [];
  let open = -1;
  for (let at = body.indexOf(delimiter); at >= 0; at = body.indexOf(delimiter, at + delimiter.length)) {
    if (at > 0 && body[at - 1] !== 0x0a && body[at - 1] !== 0x0d) continue;
    const lineEnd = body.indexOf(0x0a, at + delimiter.length);
    const tail = body.toString(
      'latin1',
      at + delimiter.length,
      Math.min(lineEnd < 0 ? body.length : lineEnd, at + delimiter.length + 100),
    );
    const close = tail.startsWith('--');
    if (tail.slice(close ? 2 : 0).trim() !== '') continue;
    if (open >= 0) sections.push({ start: open, end: withoutLineBreak(body, open, at) });
    open = close ? -1 : lineEnd < 0 ? body.length : lineEnd + 1;
  }
  if (open >= 0 && open < body.length) sections.push({ start: open, end: body.length });
  return sections;
}

/** The line break before a delimiter belongs to the delimiter. */
function withoutLineBreak(body: Buffer, start: number, at: number): number {
  let end = at;
  if (end > start && body[end - 1] === 0x0a) end -= 1;
  if (end > start && body[end - 1] === 0x0d) end -= 1;
  return end;
}
