/**
 * Opens `winmail.dat` (MS-OXTNEF): the files inside, and the body where the mail has none of its own. Bounded by the
 * bytes given: lengths are checked, nothing is allocated by a number that the file names.
 */
import { decodeText } from './charset';
import { readMapiProperties, type MapiProperties } from './mapi';

/** A file inside. */
export interface TnefFile {
  name: string;
  type: string;
  contentId: string | null;
  content: Buffer;
}

/** What was found inside. */
export interface TnefContent {
  files: TnefFile[];
  text: string | null;
  html: string | null;
}

const SIGNATURE = 0x223e9f78;
const MAX_FILES = 200;
const MAX_DEPTH = 3;

const RENDERING = 0x9002;
const FILE_TITLE = 0x8010;
const FILE_DATA = 0x800f;
const FILE_PROPERTIES = 0x9005;
const MESSAGE_PROPERTIES = 0x9003;
const CODE_PAGE = 0x9007;
const PLAIN_BODY = 0x800c;

/** The bytes begin as a TNEF stream does. */
export function isTnef(bytes: Buffer): boolean {
  return bytes.length > 6 && bytes.readUInt32LE(0) === SIGNATURE;
}

/** Reads a TNEF stream as far as it goes; null where it is none. Never throws. */
export function readTnef(bytes: Buffer, depth = 0): TnefContent | null {
  if (!isTnef(bytes) || depth > MAX_DEPTH) return null;
  const out: TnefContent = { files: [], text: null, html: null };
  let charset = 'windows-1252';
  let file: OpenFile | null = null;
  for (const { id, data } of attributes(bytes)) {
    if (id === RENDERING) {
      close(file, out, depth);
      file = { title: '', data: Buffer.alloc(0), properties: null };
    } else if (id === CODE_PAGE && data.length >= 4) charset = charsetOf(data.readUInt32LE(0));
    else if (id === PLAIN_BODY) out.text = decodeText(withoutEnd(data), charset).text;
    else if (id === MESSAGE_PROPERTIES) readBody(readMapiProperties(data, charset), out);
    else if (file && id === FILE_TITLE) file.title = decodeText(withoutEnd(data), charset).text;
    else if (file && id === FILE_DATA) file.data = data;
    else if (file && id === FILE_PROPERTIES) file.properties = readMapiProperties(data, charset);
  }
  close(file, out, depth);
  return out;
}

interface OpenFile {
  title: string;
  data: Buffer;
  properties: MapiProperties | null;
}

function* attributes(bytes: Buffer): Generator<{ id: number; data: Buffer }> {
  let at = 6;
  while (at + 9 <= bytes.length) {
    const id = bytes.readUInt16LE(at + 1);
    const end = at + 9 + bytes.readUInt32LE(at + 5);
    if (end > bytes.length) return;
    yield { id, data: bytes.subarray(at + 9, end) };
    at = end + 2;
  }
}

function close(file: OpenFile | null, out: TnefContent, depth: number): void {
  if (file === null || out.files.length >= MAX_FILES) return;
  const { properties } = file;
  const embedded = properties?.embedded ?? null;
  const inner = embedded ? readTnef(embedded, depth + 1) : null;
  const name = properties?.longFileName ?? properties?.fileName ?? (file.title || properties?.displayName || '');
  if (inner && (inner.files.length > 0 || inner.text || inner.html)) {
    // A mail inside: its words and files are worth more than an object that no program opens.
    const body = inner.html
      ? { text: inner.html, type: 'text/html', extension: 'html' }
      : { text: inner.text ?? '', type: 'text/plain', extension: 'txt' };
    if (body.text !== '')
      out.files.push({
        name: `${name || 'message'}.${body.extension}`,
        type: body.type,
        contentId: null,
        content: Buffer.from(body.text),
      });
    out.files.push(...inner.files.slice(0, MAX_FILES - out.files.length));
    return;
  }
  const content = file.data.length > 0 ? file.data : (properties?.data ?? embedded ?? file.data);
  if (content.length === 0 && name === '') return;
  out.files.push({
    name,
    type: properties?.mimeTag?.toLowerCase() ?? 'application/octet-stream',
    contentId: properties?.contentId?.replace(/^<|>$/g, '') ?? null,
    content,
  });
}

function readBody(properties: MapiProperties, out: TnefContent): void {
  out.text ??= properties.body;
  out.html ??= properties.html;
}

function withoutEnd(data: Buffer): Buffer {
  const end = data.indexOf(0);
  return end < 0 ? data : data.subarray(0, end);
}

function charsetOf(codePage: number): string {
  if (codePage >= 1250 && codePage <= 1258) return `windows-${codePage}`;
  const others: Record<number, string> = {
    932: 'shift_jis',
    936: 'gb18030',
    949: 'euc-kr',
    950: 'big5',
    874: 'windows-874',
    65001: 'utf-8',
    20127: 'us-ascii',
  };
  return others[codePage] ?? 'windows-1252';
}
