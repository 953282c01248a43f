/** Undoes the content transfer encoding of a part; whatever is broken is skipped, never thrown. */
import { findUuencoded } from './uuencode';

const MAX_LOOKED_AT = 200;

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
  const whole = body.toString('latin1');
  const text = withoutFooter(whole);
  if (isPlain(text)) return { bytes: body, broken: true };
  const foreign = /[^A-Za-z0-9+/=\s]/.test(text);
  const inPieces = /=\s*[A-Za-z0-9+/]/.test(text);
  // Node skips white space by itself: what is as it should be, and may have 25 MB, is not copied letter by letter.
  const bytes = foreign || inPieces ? base64Pieces(text) : Buffer.from(text, 'base64');
  return { bytes, broken: text.length < whole.length || foreign || inPieces };
}

/** Bytes of base64 text; what is not of its alphabet is skipped. Padding in the middle ends one of several pieces. */
export function base64Pieces(text: string): Buffer {
  const plain = text.replace(/[^A-Za-z0-9+/=]/g, '');
  if (!/=[A-Za-z0-9+/]/.test(plain)) return Buffer.from(plain, 'base64');
  const pieces = plain.match(/[A-Za-z0-9+/]+={0,2}/g) ?? [];
  return Buffer.concat(pieces.map((piece) => Buffer.from(piece, 'base64')));
}

/** Some write that they have encoded what they have not: most lines have spaces or signs in them, and none a long run of letters. */
function isPlain(text: string): boolean {
  const lines = text
    .split('\n', MAX_LOOKED_AT)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const foreign = lines.filter((line) => !/^[A-Za-z0-9+/]+={0,3}$/.test(line)).length;
  return foreign * 2 > lines.length && !lines.some((line) => /[A-Za-z0-9+/]{32}/.test(line));
}

/** Lists put their words below what is encoded. They begin where a piece is whole, and no encoded line follows. */
function withoutFooter(text: string): string {
  const line = /^[^\n]*[^A-Za-z0-9+/=\s][^\n]*$/m.exec(text);
  if (line === null) return text;
  const before = text.slice(0, line.index);
  const isWhole = before.replace(/\s/g, '').length % 4 === 0 && before.trim() !== '';
  return isWhole && !/^[A-Za-z0-9+/]{60,}=*\r?$/m.test(text.slice(line.index)) ? before : text;
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
  const found = findUuencoded(body.toString('latin1'))[0];
  return found ? { bytes: found.content, broken: false } : { bytes: body, broken: true };
}
