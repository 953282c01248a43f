/** Decodes header values: encoded words (RFC 2047), also when a character is split between two, and raw bytes. */
import { decodeText } from './charset';
import { base64Pieces } from './transfer';

/**
 * Text of a header value given one character a byte. `hint` is the charset of the body, for bytes that declare none.
 * Control characters are dropped, so that no header carries a line break on.
 */
export function decodeWords(value: string, hint: string | null = null): string {
  return withoutControls(value.includes('=?') ? decodeRuns(value, hint) : decodeRaw(value, hint));
}

/** Control characters become spaces (tab, line breaks) or nothing. Takes decoded text, no bytes: those of C1 are letters there. */
export function withoutControls(text: string): string {
  return text.replace(/[\t\r\n]+/g, ' ').replace(/[\p{Cc}\u2028\u2029]/gu, '');
}

/** Encoded words in text that is already decoded, which cannot go through the decoder of bytes again. */
export function decodeWordsInText(text: string): string {
  if (!text.includes('=?')) return text;
  return text.replace(/=\?[^?\s]+\?[bq]\?[^?]*\?=(?:\s+=\?[^?\s]+\?[bq]\?[^?]*\?=)*/gi, (words) => decodeWords(words));
}

/** Without the characters that turn the direction of writing (UAX 9): what stands behind them shows as something else. */
export function withoutTurning(text: string): string {
  return text.replace(/[\u202a-\u202e\u2066-\u2069]/g, '');
}

interface Word {
  charset: string;
  bytes: Buffer;
  end: number;
}

function decodeRuns(value: string, hint: string | null): string {
  const out: string[] = [];
  let run: { charset: string; bytes: Buffer[] } | null = null;
  const flush = (): void => {
    if (run) out.push(decodeText(Buffer.concat(run.bytes), run.charset).text);
    run = null;
  };
  let at = 0;
  for (let start = value.indexOf('=?'); start >= 0; start = value.indexOf('=?', at)) {
    const word = wordAt(value, start);
    if (word === 'none') break;
    if (word === null) {
      flush();
      out.push(decodeRaw(value.slice(at, start + 2), hint));
      at = start + 2;
      continue;
    }
    const between = value.slice(at, start);
    if (between.trim() !== '' || run === null) {
      flush();
      out.push(decodeRaw(between, hint));
    }
    if (run !== null && (run as { charset: string }).charset !== word.charset) flush();
    run ??= { charset: word.charset, bytes: [] };
    run.bytes.push(word.bytes);
    at = word.end;
  }
  flush();
  out.push(decodeRaw(value.slice(at), hint));
  return out.join('');
}

/** The encoded word at `start`; null where there is none, `none` where none can follow either. */
function wordAt(value: string, start: number): Word | null | 'none' {
  const charsetEnd = value.indexOf('?', start + 2);
  if (charsetEnd < 0) return 'none';
  const charset = value.slice(start + 2, charsetEnd);
  const encoding = value.charAt(charsetEnd + 1).toLowerCase();
  if (!/^[^\s?=<>()@,;:"]{1,60}$/.test(charset) || value.charAt(charsetEnd + 2) !== '?') return null;
  if (encoding !== 'b' && encoding !== 'q') return null;
  const contentStart = charsetEnd + 3;
  const contentEnd = value.indexOf('?=', contentStart);
  if (contentEnd < 0) return 'none';
  const content = value.slice(contentStart, contentEnd);
  const bytes = encoding === 'b' ? base64Pieces(content) : qWord(content);
  return { charset: (charset.split('*')[0] ?? charset).toLowerCase(), bytes, end: contentEnd + 2 };
}

function qWord(content: string): Buffer {
  const plain = content
    .replace(/_/g, ' ')
    .replace(/=([0-9a-f]{2})/gi, (_whole, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(plain, 'latin1');
}

/** Bytes that no encoded word explains: as a body without a declared charset, the body's own charset first. */
function decodeRaw(value: string, hint: string | null): string {
  if (!/\P{ASCII}/u.test(value) && !value.includes('\x1b$')) return value;
  const bytes = Buffer.from(value, 'latin1');
  const guessed = decodeText(bytes, null);
  if (guessed.charset === 'windows-1252' && hint) return decodeText(bytes, hint).text;
  return guessed.text;
}
