/** Files that stand uuencoded between the lines of a text, as mail programs before MIME wrote them, and some scripts do. */

/** A file found in a text, one character a byte. */
export interface UuencodedFile {
  name: string;
  content: Buffer;
  /** Offsets in the text: of its `begin` line, and behind its `end` line. */
  start: number;
  end: number;
}

const BEGIN = /^begin [0-7]{3,4} ([^\r\n]{1,255})\r?$/gm;
/** More are left in the text. */
const MAX_FILES = 100;

/** What a text holds, in order. A talk about `begin` and `end` is no file: each line must be as long as it says. */
export function findUuencoded(text: string): UuencodedFile[] {
  const found: UuencodedFile[] = [];
  let end = 0;
  for (const match of text.matchAll(BEGIN)) {
    if (match.index < end || found.length >= MAX_FILES) continue;
    const file = readLines(text, match.index + match[0].length + 1);
    if (file === null) continue;
    found.push({ name: match[1]?.trim() ?? '', start: match.index, ...file });
    end = file.end;
  }
  return found;
}

/** The encoded lines from `at` on; null where one is none. A file that was cut off ends with the text. */
function readLines(text: string, at: number): { content: Buffer; end: number } | null {
  const pieces: Buffer[] = [];
  let next = at;
  while (next < text.length) {
    const newline = text.indexOf('\n', next);
    const lineEnd = newline < 0 ? text.length : newline;
    const line = text.slice(next, lineEnd).replace(/\r$/, '');
    next = lineEnd + 1;
    if (line === 'end') return pieces.length > 0 ? done(pieces, next, text) : null;
    const piece = readLine(line, pieces.length === 0);
    if (piece === null) return null;
    if (piece.length > 0) pieces.push(piece);
  }
  return pieces.length > 0 ? done(pieces, next, text) : null;
}

function done(pieces: Buffer[], next: number, text: string): { content: Buffer; end: number } {
  return { content: Buffer.concat(pieces), end: Math.min(next, text.length) };
}

/**
 * Bytes of one line, null where it is none. Relays take spaces, which are zeros, from its end, but hardly from the first,
 * and some encoders add a check sum.
 */
function readLine(line: string, first: boolean): Buffer | null {
  if (!/^[ -`]*$/.test(line)) return null;
  const length = ((line.charCodeAt(0) || 32) - 32) & 63;
  const chars = Math.ceil(length / 3) * 4;
  if (length > 45 || line.length > chars + 2 || (first && line.length < chars - 1)) return null;
  const out = Buffer.alloc(Math.ceil(length / 3) * 3);
  const six = (at: number): number => (at < line.length ? (line.charCodeAt(at) - 32) & 63 : 0);
  for (let at = 1, to = 0; to < length; at += 4, to += 3) {
    out.writeUIntBE((six(at) << 18) | (six(at + 1) << 12) | (six(at + 2) << 6) | six(at + 3), to, 3);
  }
  return out.subarray(0, length);
}
