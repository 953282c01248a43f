/** Undoes the content transfer encoding of a part; whatever is broken is skipped, never thrown. */

/** A decoded body, and whether something in it was not of its encoding. */
export interface DecodedBody {
  bytes: Buffer;
  broken: boolean;
}

/** Decodes `body` by its encoding (any case, comments allowed); an unknown encoding leaves it as it is. */
export function decodeTransfer(body: Buffer, encoding: string): DecodedBody {
  switch (
    encoding
      .replace(/\(.*\)/, '')
      .replace(/[";]/g, '')
      .trim()
      .toLowerCase()
  ) {
    case 'base64':
      return decodeBase64(body);
    case 'quoted-printable':
      return decodeQuotedPrintable(body);
    case 'x-uuencode':
    case 'uuencode':
    case 'x-uue':
    case 'uue':
      return decodeUuencode(body);
    case '':
    case '7bit':
    case '8bit':
    case 'binary':
    case '7-bit':
    case '8-bit':
      return { bytes: body, broken: false };
    default:
      return { bytes: body, broken: true };
  }
}

function decodeBase64(body: Buffer): DecodedBody {
  const text = body.toString('latin1');
  const broken = /[^A-Za-z0-9+/=\s]/.test(text);
  // Padding in the middle comes from files encoded in pieces: each piece ends at its own padding.
  if (!/=\s*[A-Za-z0-9+/]/.test(text)) return { bytes: Buffer.from(text, 'base64'), broken };
  const pieces = text.replace(/[^A-Za-z0-9+/=]/g, '').match(/[A-Za-z0-9+/]+={0,2}/g) ?? [];
  return { bytes: Buffer.concat(pieces.map((piece) => Buffer.from(piece, 'base64'))), broken: true };
}

const EQUALS = 0x3d;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;

function decodeQuotedPrintable(body: Buffer): DecodedBody {
  const out = Buffer.allocUnsafe(body.length);
  let length = 0;
  let broken = false;
  // Nothing before this offset is taken back.
  let kept = 0;
  for (let i = 0; i < body.length; i += 1) {
    const byte = body[i] ?? 0;
    if (byte !== EQUALS) {
      // White space at the end of a line was added on the way (RFC 2045, 6.7 rule 3); what is meant is written `=20`.
      if (byte === LF) length = beforeSpaces(out, length, kept);
      out[length] = byte;
      length += 1;
      continue;
    }
    const hex = hexValue(body[i + 1]) * 16 + hexValue(body[i + 2]);
    if (hex >= 0) {
      out[length] = hex;
      length += 1;
      kept = length;
      i += 2;
      continue;
    }
    const lineEnd = endOfSpaces(body, i + 1);
    if (lineEnd >= 0) {
      i = lineEnd;
      kept = length;
    } else {
      out[length] = byte;
      length += 1;
      broken = true;
    }
  }
  return { bytes: out.subarray(0, length), broken };
}

/** Length of `out` without the white space before a line break, of which a carriage return is put back. */
function beforeSpaces(out: Buffer, length: number, kept: number): number {
  const text = length > kept && out[length - 1] === CR ? length - 1 : length;
  let end = text;
  while (end > kept && (out[end - 1] === SPACE || out[end - 1] === TAB)) end -= 1;
  if (text === length) return end;
  out[end] = CR;
  return end + 1;
}

/** Offset of the last byte of the line break that only spaces part from `at`; -1 where other bytes come first. */
function endOfSpaces(body: Buffer, at: number): number {
  let i = at;
  while (body[i] === 0x20 || body[i] === 0x09) i += 1;
  if (i >= body.length) return i;
  if (body[i] === 0x0d) return body[i + 1] === 0x0a ? i + 1 : i;
  return body[i] === 0x0a ? i : -1;
}

function hexValue(byte: number | undefined): number {
  if (byte === undefined) return -1000;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  if (byte >= 0x41 && byte <= 0x46) return byte - 0x37;
  if (byte >= 0x61 && byte <= 0x66) return byte - 0x57;
  return -1000;
}

function decodeUuencode(body: Buffer): DecodedBody {
  const lines = body.toString('latin1').split(/\r?\n/);
  const first = lines.findIndex((line) => /^begin [0-7]{3,4} /.test(line));
  if (first < 0) return { bytes: body, broken: true };
  const out: Buffer[] = [];
  for (const line of lines.slice(first + 1)) {
    if (line === 'end' || line === '') break;
    out.push(uuLine(line));
  }
  return { bytes: Buffer.concat(out), broken: false };
}

function uuLine(line: string): Buffer {
  const length = (line.charCodeAt(0) - 32) & 63;
  const out = Buffer.alloc(Math.ceil(length / 3) * 3);
  const six = (at: number): number => (at < line.length ? (line.charCodeAt(at) - 32) & 63 : 0);
  for (let at = 1, to = 0; to < length; at += 4, to += 3) {
    out.writeUIntBE((six(at) << 18) | (six(at + 1) << 12) | (six(at + 2) << 6) | six(at + 3), to, 3);
  }
  return out.subarray(0, length);
}
