/** Structured header values: `text/plain; charset="utf-8"`, with RFC 2231 continuations and the liberties of senders. */
import { decodeText } from './charset';
import { decodeWords, withoutControls } from './words';

/** A value and its parameters; names in lower case, first of equal names wins. */
export interface StructuredValue {
  value: string;
  params: Map<string, string>;
}

const MAX_PARAMETERS = 1000;

/** Reads a structured header value given one character a byte. Never throws. */
export function readStructured(raw: string | null, hint: string | null = null): StructuredValue {
  // Some senders forget the first semicolon: `text/plain charset=utf-8`.
  const pieces = splitOutsideQuotes((raw ?? '').replace(/^([^;=\s]+)\s+(?=[\w-]+=)/, '$1;'));
  const value = (pieces.shift() ?? '')
    .replace(/\([^()]*\)/g, '')
    .trim()
    .toLowerCase();
  const plain = new Map<string, string>();
  const extended = new Map<string, { index: number; encoded: boolean; text: string }[]>();
  for (const piece of pieces.slice(0, MAX_PARAMETERS)) {
    const equals = piece.indexOf('=');
    if (equals < 0) continue;
    const name = piece.slice(0, equals).trim().toLowerCase();
    const text = unquote(piece.slice(equals + 1).trim());
    const star = /^([^*]+)\*(\d{1,4})?(\*)?$/.exec(name);
    if (!star?.[1]) {
      if (name && !plain.has(name)) plain.set(name, text);
      continue;
    }
    const list = extended.get(star[1]) ?? [];
    list.push({ index: Number(star[2] ?? 0), encoded: star[2] === undefined || star[3] === '*', text });
    extended.set(star[1], list);
  }
  const params = new Map<string, string>();
  for (const [name, text] of plain) params.set(name, decodeWords(text, hint).trim());
  for (const [name, list] of extended) params.set(name, joinExtended(list, hint));
  return { value, params };
}

function joinExtended(list: { index: number; encoded: boolean; text: string }[], hint: string | null): string {
  list.sort((a, b) => a.index - b.index);
  let charset: string | null = null;
  const bytes: Buffer[] = [];
  for (const [i, part] of list.entries()) {
    let text = part.text;
    if (part.encoded) {
      const head = i === 0 ? /^([^']*)'[^']*'/.exec(text) : null;
      if (head) {
        charset = head[1] || null;
        text = text.slice(head[0].length);
      }
      text = text.replace(/%([0-9a-f]{2})/gi, (_whole, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
    }
    bytes.push(Buffer.from(text, 'latin1'));
  }
  const all = Buffer.concat(bytes);
  if (charset === null && all.includes('=?')) return decodeWords(all.toString('latin1'), hint).trim();
  return withoutControls(decodeText(all, charset).text).trim();
}

function splitOutsideQuotes(text: string): string[] {
  const pieces: string[] = [];
  let quoted = false;
  let start = 0;
  for (let i = 0; i < text.length; i += 1) {
    const char = text[i];
    if (quoted && char === '\\') i += 1;
    else if (char === '"') quoted = !quoted;
    else if (char === ';' && !quoted) {
      pieces.push(text.slice(start, i));
      start = i + 1;
    }
  }
  pieces.push(text.slice(start));
  return pieces;
}

function unquote(text: string): string {
  if (!text.startsWith('"')) return text.replace(/^'(.*)'$/, '$1');
  const end = text.length > 1 && text.endsWith('"') ? -1 : undefined;
  return text.slice(1, end).replace(/\\(["\\])/g, '$1');
}
