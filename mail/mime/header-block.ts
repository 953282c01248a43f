/** Where a header ends, and its fields as bytes in Latin-1 strings; RFC 5322, lenient as mail is in the wild. */

/** One header field; `value` is unfolded but not decoded: one character a byte. */
export interface HeaderField {
  /** Lower case. */
  name: string;
  value: string;
}

/** A header block that was read, and where the body begins. */
export interface HeaderBlock {
  fields: HeaderField[];
  bodyStart: number;
  /** The block, or a line of it, is longer than the limit; what lies beyond was not read. */
  cut: boolean;
  /** A line stood in the header that is no field. */
  broken: boolean;
}

const FIELD = /^([!-9;-~]{1,200})[ \t]*:/;
const KNOWN_FIELD =
  /^(?:content-|mime-version|from|to|cc|subject|date|message-id|received|return-path|reply-to|in-reply-to|references|x-|dkim-|list-|delivered-to)/i;
const MAX_FIELDS = 20000;
// Longer lines are cut: one of them must not hide the fields behind it.
const MAX_LINE_BYTES = 128 * 1024;
// Editors put it before a saved mail.
const BYTE_ORDER_MARK = Buffer.of(0xef, 0xbb, 0xbf);
const BYTE_ORDER_MARK_TEXT = BYTE_ORDER_MARK.toString('latin1');
const FIRST_LINES_BYTES = 4096;
// What the servers on the way write above a mail.
const TRACE_FIELD =
  /^(?:received|return-path|delivered-to|x-original-to|envelope-to|authentication-results|received-spf|x-received|arc-[a-z-]+)$/;
const LF = 0x0a;
const CR = 0x0d;

/** Reads the header at the beginning of `bytes`; an empty line, or the first line of a body, ends it. */
export function readHeaderBlock(bytes: Buffer, maxBytes: number): HeaderBlock {
  const open: { name: string; pieces: string[] }[] = [];
  const fields = (): HeaderField[] => open.map(({ name, pieces }) => ({ name, value: pieces.join(' ').trim() }));
  let broken = false;
  let cut = false;
  let at = bytes.subarray(0, 3).equals(BYTE_ORDER_MARK) ? 3 : 0;
  let spent = 0;
  while (at < bytes.length) {
    const { text, next } = lineAt(bytes, at, MAX_LINE_BYTES);
    const line = withoutIndent(withoutMark(text, open), open);
    if (line.length === MAX_LINE_BYTES) cut = true;
    if (line === '' && open.length > 0 && !beginsBelow(bytes, next, open))
      return { fields: fields(), bodyStart: next, cut, broken };
    const match = FIELD.exec(line);
    spent += Math.min(next - at, MAX_LINE_BYTES);
    if (spent > maxBytes || open.length > MAX_FIELDS) {
      cut = true;
      return { fields: fields(), bodyStart: afterEmptyLine(bytes, at), cut, broken };
    }
    if (/^[ \t]/.test(line) && open.length > 0) open.at(-1)?.pieces.push(line.trim());
    else if (match?.[1]) open.push({ name: match[1].toLowerCase(), pieces: [line.slice(match[0].length).trim()] });
    else if (line.trim() !== '' && !/^>?From /.test(line)) {
      if (open.length === 0) return { fields: [], bodyStart: 0, cut, broken: true };
      broken = true;
      // A folded line that lost its indent, or a body that lost its empty line: the next lines tell which.
      if (line.startsWith('--') || !fieldsFollow(bytes, next)) return { fields: fields(), bodyStart: at, cut, broken };
    }
    at = next;
  }
  return { fields: fields(), bodyStart: bytes.length, cut, broken };
}

interface OpenField {
  name: string;
}

const isTraceOnly = (open: readonly OpenField[]): boolean => open.every(({ name }) => TRACE_FIELD.test(name));

/** Servers write their lines above whatever the mail began with, so a byte order mark may stand below them. */
function withoutMark(line: string, open: readonly OpenField[]): string {
  return line.startsWith(BYTE_ORDER_MARK_TEXT) && isTraceOnly(open) ? line.slice(BYTE_ORDER_MARK.length) : line;
}

/** There is nothing yet that a first line could go on. */
function withoutIndent(line: string, open: readonly OpenField[]): string {
  const field = line.trimStart();
  return open.length === 0 && FIELD.test(field) && KNOWN_FIELD.test(field) ? field : line;
}

/** The mail began with empty lines: its header stands below the lines of the servers on the way, and below those. */
function beginsBelow(bytes: Buffer, from: number, open: readonly OpenField[]): boolean {
  if (!isTraceOnly(open)) return false;
  let at = from;
  let line = lineAt(bytes, at, 1000);
  for (let i = 0; i < 5 && line.text.trim() === '' && at < bytes.length; i += 1) {
    at = line.next;
    line = lineAt(bytes, at, 1000);
  }
  return /^(?:\xef\xbb\xbf)?(?:from|to|subject|date|message-id|mime-version|reply-to|x-[\w-]+|dkim-signature):/i.test(
    line.text,
  );
}

/** Whether a mail begins with a header field; what cannot be seen in its first lines is none. */
export function hasHeader(bytes: Buffer): boolean {
  return readHeaderBlock(bytes.subarray(0, FIRST_LINES_BYTES), FIRST_LINES_BYTES).fields.length > 0;
}

function lineAt(bytes: Buffer, at: number, maxBytes: number): { text: string; next: number } {
  const lf = bytes.indexOf(LF, at);
  const next = lf < 0 ? bytes.length : lf + 1;
  let end = lf < 0 ? bytes.length : lf;
  if (end > at && bytes[end - 1] === CR) end -= 1;
  return { text: bytes.toString('latin1', at, Math.min(end, at + maxBytes)), next };
}

/** Among the next lines before an empty one there is a field of the usual names. */
function fieldsFollow(bytes: Buffer, from: number): boolean {
  let at = from;
  for (let i = 0; i < 50 && at < bytes.length; i += 1) {
    const { text, next } = lineAt(bytes, at, 1000);
    if (text === '') return false;
    if (FIELD.test(text) && KNOWN_FIELD.test(text)) return true;
    at = next;
  }
  return false;
}

function afterEmptyLine(bytes: Buffer, from: number): number {
  const crlf = bytes.indexOf('\r\n\r\n', Math.max(0, from - 2), 'latin1');
  const lf = bytes.indexOf('\n\n', Math.max(0, from - 1), 'latin1');
  if (crlf < 0 && lf < 0) return bytes.length;
  if (lf < 0 || (crlf >= 0 && crlf < lf)) return crlf + 4;
  return lf + 2;
}

/** First value of a field, or null. */
export function firstValue(fields: HeaderField[], name: string): string | null {
  return fields.find((field) => field.name === name)?.value ?? null;
}
