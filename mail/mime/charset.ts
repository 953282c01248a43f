/**
 * Bytes to text. What the sender declared comes first, then UTF-8, then a guess, then windows-1252; nothing throws.
 * TextDecoder knows most charsets; those it does not know are turned into one it does, or decoded here.
 */
import { isTabled, tabledChar } from './charset-tables';
import { guessCharset } from './guess-charset';
import { decodeCp949 } from './korean';

/** Text of some bytes, and how sure it is. */
export interface DecodedText {
  text: string;
  /** What the bytes were read as. */
  charset: string;
  /** Some bytes had no meaning and became U+FFFD. */
  replaced: boolean;
}

// Names that mail uses and the WHATWG list does not know.
const ALIASES: Record<string, string> = {
  cp949: 'euc-kr',
  ms949: 'euc-kr',
  uhc: 'euc-kr',
  cp932: 'shift_jis',
  'shift-jis2004': 'shift_jis',
  'shift_jis-2004': 'shift_jis',
  jis: 'iso-2022-jp',
  'iso-2022-jp-ms': 'iso-2022-jp',
  'iso-2022-jp-1': 'iso-2022-jp',
  'iso-2022-jp-2': 'iso-2022-jp',
  'iso-2022-jp-3': 'iso-2022-jp',
  cp50220: 'iso-2022-jp',
  cp50221: 'iso-2022-jp',
  cp50222: 'iso-2022-jp',
  eucjp: 'euc-jp',
  ujis: 'euc-jp',
  euckr: 'euc-kr',
  cp936: 'gb18030',
  gb2312: 'gb18030',
  gbk: 'gb18030',
  'euc-cn': 'gb18030',
  euccn: 'gb18030',
  cp950: 'big5',
  'big5-eten': 'big5',
  'win-1251': 'windows-1251',
  'cp-1251': 'windows-1251',
  'ansi-1251': 'windows-1251',
  'win-1252': 'windows-1252',
  cp866: 'ibm866',
  'cp-866': 'ibm866',
  'koi8-ru': 'koi8-u',
  koi8r: 'koi8-r',
  'mac-roman': 'macintosh',
  macroman: 'macintosh',
  'mac-cyrillic': 'x-mac-cyrillic',
  hz: 'hz-gb-2312',
  ...Object.fromEntries(
    ['437', '850', '852', '855', '858'].flatMap((n) => [`ibm${n}`, `cp-${n}`].map((name) => [name, `cp${n}`])),
  ),
  ibm00858: 'cp858',
  'x-mac-centraleurroman': 'x-mac-ce',
  'mac-latin2': 'x-mac-ce',
  'latin-9': 'iso-8859-15',
  'latin-2': 'iso-8859-2',
  'unicode-1-1-utf-7': 'utf-7',
  utf7: 'utf-7',
  'utf-8-mac': 'utf-8',
  'utf-8mb4': 'utf-8',
  utf8mb4: 'utf-8',
  cp65001: 'utf-8',
};

// Labels senders use when they do not know; they tell nothing.
const EMPTY_LABELS = new Set([
  '',
  'ascii',
  'us-ascii',
  'usascii',
  'ansi_x3.4-1968',
  'unknown',
  'x-unknown',
  'unknown-8bit',
  '8bit',
  'default',
  'default_charset',
  'none',
  'binary',
  'iso-8859',
  'charset',
  'utf',
]);

// Escape sequences of ISO-2022-JP with another right behind them.
const JIS_ESCAPE = String.raw`\x1b(?:\$[@B]|\([BJI])`;
const IDLE_ESCAPES = new RegExp(`(?:${JIS_ESCAPE})+(?=${JIS_ESCAPE})`, 'g');

const WINDOWS_1252_C1 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

/** Canonical name of a declared charset, or null where the label tells nothing or is not known. */
export function canonicalCharset(label: string | null | undefined): string | null {
  const plain = (label ?? '')
    .trim()
    .toLowerCase()
    .replace(/^["']+|["';]+$/g, '')
    .replace(/^cs(?=iso|shift|euc)/, '');
  if (EMPTY_LABELS.has(plain)) return null;
  const known =
    (Object.hasOwn(ALIASES, plain) ? ALIASES[plain] : undefined) ??
    plain.replace(/^(?:cp|ansi|win)[-_]?(125\d)$/, 'windows-$1').replace(/_/g, '_');
  if (isTabled(known) || known === 'utf-7' || known === 'iso-2022-kr' || known === 'hz-gb-2312') return known;
  for (const candidate of [
    known,
    known.replace(/_/g, '-'),
    known.replace(/[^a-z0-9]/g, ''),
    known.replace(/^iso(\d)/, 'iso-$1'),
  ]) {
    try {
      const encoding = new TextDecoder(candidate).encoding;
      return encoding === 'gbk' ? 'gb18030' : encoding;
    } catch {
      // not a label the platform knows: try the next spelling
    }
  }
  return null;
}

/** A label that claims to say something, but is the name of no charset. */
export function isUnknownCharset(label: string): boolean {
  return canonicalCharset(label) === null && !EMPTY_LABELS.has(label.trim().toLowerCase());
}

/** Text of `bytes`, by the declared label as far as it can be true. */
export function decodeText(bytes: Uint8Array, declared: string | null): DecodedText {
  const charset = canonicalCharset(declared);
  if (isAscii(bytes) && (charset === null || isAsciiCompatible(charset))) {
    // ISO-2022-JP is seven-bit: senders forget to declare it, the escape sequence gives it away.
    if (charset === null || charset === 'utf-8' || charset === 'windows-1252') {
      if (hasJapaneseEscape(bytes)) return read(bytes, 'iso-2022-jp');
    }
    return { text: latin1(bytes), charset: charset ?? 'us-ascii', replaced: false };
  }
  if (charset === null) return undeclared(bytes);
  if (charset === 'windows-1252' && looksLikeUtf8(bytes)) return read(bytes, 'utf-8');
  const asDeclared = read(bytes, charset);
  if (!asDeclared.replaced) return asDeclared;
  if (charset !== 'utf-8' && looksLikeUtf8(bytes)) return read(bytes, 'utf-8');
  if (charset === 'utf-8' && !mostlyUtf8(asDeclared.text)) return undeclared(bytes);
  return asDeclared;
}

function undeclared(bytes: Uint8Array): DecodedText {
  if (isUtf8(bytes)) return read(bytes, 'utf-8');
  return read(bytes, guessCharset(bytes) ?? 'windows-1252');
}

function read(bytes: Uint8Array, charset: string): DecodedText {
  const text = decodeAs(bytes, charset);
  return { text, charset, replaced: text.includes('\ufffd') };
}

function decodeAs(bytes: Uint8Array, charset: string): string {
  switch (charset) {
    case 'windows-1252':
      // Node 20's TextDecoder reads the bytes 80 to 9F of windows-1252 as control characters.
      return latin1(bytes).replace(/[\x80-\x9f]/g, (c) => WINDOWS_1252_C1[c.charCodeAt(0) - 0x80] ?? c);
    case 'utf-7':
      return utf7(latin1(bytes));
    case 'euc-kr':
      return decodeCp949(bytes);
    case 'iso-2022-kr':
      return decodeCp949(shiftedToEuc(bytes));
    case 'iso-2022-jp':
      return new TextDecoder(charset).decode(withoutIdleEscapes(bytes));
    case 'hz-gb-2312':
      return new TextDecoder('gb18030').decode(hzToGb(bytes));
    case 'utf-16le':
    case 'utf-16be':
      return new TextDecoder(utf16Order(bytes) ?? charset).decode(bytes);
    default:
      if (isTabled(charset)) return latin1(bytes).replace(/[\x80-\xff]/g, (char) => tabledChar(charset, char));
      return new TextDecoder(charset).decode(bytes);
  }
}

const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');

function isAscii(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte >= 0x80) return false;
  return true;
}

/** Seven-bit bytes mean the same in this charset as in ASCII. */
function isAsciiCompatible(charset: string): boolean {
  return !/^(?:utf-7|utf-16|iso-2022|hz)/.test(charset);
}

function hasJapaneseEscape(bytes: Uint8Array): boolean {
  const text = latin1(bytes);
  return text.includes('\x1b$B') || text.includes('\x1b$@');
}

/** The bytes are valid UTF-8 throughout. */
export function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** Valid UTF-8 with at least two characters beyond ASCII: nobody writes that in windows-1252 by chance. */
function looksLikeUtf8(bytes: Uint8Array): boolean {
  let leads = 0;
  for (const byte of bytes) if (byte >= 0xc2 && byte < 0xf5) leads += 1;
  return leads >= 2 && isUtf8(bytes);
}

/** Broken here and there (a cut character), but certainly UTF-8. */
function mostlyUtf8(text: string): boolean {
  let broken = 0;
  let good = 0;
  for (const char of text) {
    if (char === '\ufffd') broken += 1;
    else if (char > '\x7f') good += 1;
  }
  return good > broken * 2;
}

/** Senders write the other order of bytes than they name; a mark, or the zeros of letters, shows which. Null: neither does. */
function utf16Order(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const zeros = [0, 0];
  for (let i = 0; i < Math.min(bytes.length, 2000); i += 1) if (bytes[i] === 0) zeros[i % 2] = (zeros[i % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (even > 4 * odd) return 'utf-16be';
  return odd > 4 * even ? 'utf-16le' : null;
}

/** UTF-7 (RFC 2152). */
function utf7(text: string): string {
  return text.replace(/\+([A-Za-z0-9+/,]*)-?/g, (_whole, base64: string) => {
    if (base64 === '') return '+';
    const bytes = Buffer.from(base64.replace(/,/g, '/'), 'base64');
    return new TextDecoder('utf-16be').decode(bytes.subarray(0, bytes.length - (bytes.length % 2)));
  });
}

/** ISO-2022-KR (RFC 1557): between SO and SI the seven-bit pairs are EUC-KR without the high bit. */
function shiftedToEuc(bytes: Uint8Array): Uint8Array {
  const out: number[] = [];
  let shifted = false;
  for (let i = 0; i < bytes.length; i += 1) {
    const byte = bytes[i] ?? 0;
    if (byte === 0x1b && bytes[i + 1] === 0x24 && bytes[i + 2] === 0x29 && bytes[i + 3] === 0x43) i += 3;
    else if (byte === 0x0e) shifted = true;
    else if (byte === 0x0f) shifted = false;
    else out.push(shifted && byte > 0x20 ? byte | 0x80 : byte);
  }
  return Uint8Array.from(out);
}

/**
 * ISO-2022-JP: encoded words that follow each other begin and end in ASCII each, so that escape sequences stand side by
 * side where they are joined. The platform takes that for an attack and shows U+FFFD; only the last of them counts.
 */
function withoutIdleEscapes(bytes: Uint8Array): Uint8Array {
  const text = latin1(bytes);
  return Buffer.from(text.replace(IDLE_ESCAPES, ''), 'latin1');
}

/** HZ (RFC 1843): `~{` and `~}` enclose seven-bit pairs of GB 2312. */
function hzToGb(bytes: Uint8Array): Uint8Array {
  const out: number[] = [];
  let shifted = false;
  for (let i = 0; i < bytes.length; i += 1) {
    const byte = bytes[i] ?? 0;
    const next = bytes[i + 1];
    if (byte === 0x7e && (next === 0x7b || next === 0x7d || next === 0x7e || next === 0x0a)) {
      if (next === 0x7b) shifted = true;
      else if (next === 0x7d) shifted = false;
      else if (next === 0x7e) out.push(0x7e);
      i += 1;
    } else out.push(shifted && byte > 0x20 ? byte | 0x80 : byte);
  }
  return Uint8Array.from(out);
}
