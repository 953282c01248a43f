import type { Json } from '../../flow';
import { pointerTo } from '../finding';

/** Where a value stands in the text (offsets); `key` is the place of its name in the object. */
export interface Place {
  start: number;
  end: number;
  key: number | null;
}

/** A text read as JSON (RFC 8259), with the place of everything in it. */
export interface JsonText {
  /** Objects have no prototype, so no name finds anything inherited. Null when the text is not JSON. */
  value: Json;
  places: Map<string, Place>;
  /** Names that stand twice in one object; the later value is kept. */
  duplicates: { pointer: string; first: number; again: number }[];
  error: { offset: number; message: string } | null;
}

/** The deepest nesting that is read; a flow needs about twenty. */
const MAX_DEPTH = 100;

/**
 * Reads JSON with positions. Never throws, not for nesting bombs either. Without `withPlaces` it is twice as quick, and
 * places and pointers are left out: enough to see whether there is anything to tell.
 */
export function readJson(text: string, withPlaces = true): JsonText {
  const reader: Reader = { text, at: 0, withPlaces, places: new Map(), duplicates: [] };
  const rest = { places: reader.places, duplicates: reader.duplicates };
  try {
    refuseLost(reader);
    if (text.codePointAt(0) === 0xfeff) reader.at = 1;
    const value = readValue(reader, '', 0, null);
    skipSpace(reader);
    if (reader.at < text.length) wrong(reader, 'The flow ends before this; remove what follows');
    return { value, ...rest, error: null };
  } catch (error) {
    if (error instanceof NotJson)
      return { value: null, ...rest, error: { offset: error.offset, message: error.message } };
    throw error;
  }
}

/** Bytes that are no UTF-8 come as U+FFFD, those of UTF-16 with a NUL beside each letter; what was meant is lost. */
function refuseLost(reader: Reader): void {
  const lost = /[\uFFFD\0]/.exec(reader.text);
  if (!lost) return;
  reader.at = lost.index;
  wrong(reader, 'What stands here is not written as UTF-8; save the file as UTF-8');
}

class NotJson extends Error {
  override readonly name = 'NotJson';
  readonly offset: number;
  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

interface Reader {
  text: string;
  at: number;
  withPlaces: boolean;
  places: Map<string, Place>;
  duplicates: JsonText['duplicates'];
}

/** Blank, tab, line feed, carriage return; the end of the text gives NaN, which is none of them. */
const SPACES: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);
const LITERALS = [
  ['true', true],
  ['false', false],
  ['null', null],
] as const;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// oxlint-disable-next-line no-control-regex -- RFC 8259 forbids control characters in strings
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;

function readValue(reader: Reader, pointer: string, depth: number, key: number | null): Json {
  if (depth > MAX_DEPTH) wrong(reader, `This is nested deeper than ${MAX_DEPTH} levels`);
  skipSpace(reader);
  const start = reader.at;
  const value = readAny(reader, pointer, depth);
  if (reader.withPlaces) reader.places.set(pointer, { start, end: reader.at, key });
  return value;
}

function readAny(reader: Reader, pointer: string, depth: number): Json {
  const next = reader.text[reader.at];
  if (next === '"') return readString(reader, 'Text');
  if (next === '{') return readObject(reader, pointer, depth);
  if (next === '[') return readArray(reader, pointer, depth);
  for (const [word, value] of LITERALS) {
    if (reader.text.startsWith(word, reader.at)) {
      reader.at += word.length;
      return value;
    }
  }
  return readNumber(reader);
}

/** A number that would come back as another one is refused: nobody would see the change. */
function readNumber(reader: Reader): number {
  const start = reader.at;
  const text = match(reader, NUMBER);
  if (text === null) return wrong(reader, `A value is expected here, but ${found(reader)}`);
  const number = Number(text);
  if (Number.isFinite(number) && (Number.isSafeInteger(number) || !/^-?\d+$/.test(text))) return number;
  reader.at = start;
  return wrong(reader, 'This number is too large to be kept as it stands; write it in quotes');
}

function readObject(reader: Reader, pointer: string, depth: number): Json {
  const object: Record<string, Json> = Object.create(null) as Record<string, Json>;
  const keys = new Map<string, number>();
  reader.at++;
  if (closes(reader, '}')) return object;
  do {
    skipSpace(reader);
    const key = reader.at;
    if (reader.text[key] !== '"') wrong(reader, `A name in double quotes is expected here, but ${found(reader)}`);
    const name = readString(reader, 'A name');
    skipSpace(reader);
    if (reader.text[reader.at] !== ':')
      wrong(reader, `A colon is expected after ${JSON.stringify(name)}, but ${found(reader)}`);
    reader.at++;
    const inside = reader.withPlaces ? pointer + pointerTo(name) : '';
    if (name in object) reader.duplicates.push({ pointer: inside, first: keys.get(name) ?? 0, again: key });
    else if (reader.withPlaces) keys.set(name, key);
    object[name] = readValue(reader, inside, depth + 1, key);
  } while (another(reader, '}'));
  return object;
}

function readArray(reader: Reader, pointer: string, depth: number): Json {
  const items: Json[] = [];
  reader.at++;
  if (closes(reader, ']')) return items;
  do items.push(readValue(reader, reader.withPlaces ? `${pointer}/${items.length}` : '', depth + 1, null));
  while (another(reader, ']'));
  return items;
}

function readString(reader: Reader, what: string): string {
  const text = match(reader, STRING);
  if (text !== null) return text.includes('\\') ? (JSON.parse(text) as string) : text.slice(1, -1);
  const sound = match(reader, SOUND) ?? '';
  const next = reader.text[reader.at];
  if (next === '\\') return wrong(reader, unknownEscape(reader.text.slice(reader.at, reader.at + 2)));
  if (next === '\t') return wrong(reader, 'A tab stands in a text; write "\\t" for it, or a blank');
  const lineEnds = next === '\n' || next === '\r';
  if (next !== undefined && !lineEnds)
    return wrong(reader, `An invisible character stands in a text (${codeOf(next)}); remove it`);
  reader.at -= sound.length;
  const hint = lineEnds ? ' in its line; a line break within a text is written "\\n"' : '';
  return wrong(reader, `${what} that begins here has no closing quote${hint}`);
}

/** A text as far as it can be read. */
// oxlint-disable-next-line no-control-regex -- RFC 8259 forbids control characters in strings
const SOUND = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/y;

function unknownEscape(escape: string): string {
  return /\\["u\n\r]|\\$/.test(escape)
    ? 'A "\\" stands in a text, and what follows it JSON does not know; the "\\" itself is written twice'
    : `JSON does not know "${escape}"; the "\\" itself is written twice: "\\${escape}"`;
}

/** True after a comma; false at the end of the list or object. */
function another(reader: Reader, close: string): boolean {
  skipSpace(reader);
  const next = reader.text[reader.at];
  if (next !== ',' && next !== close) wrong(reader, `A comma or "${close}" is expected here, but ${found(reader)}`);
  reader.at++;
  if (next === close) return false;
  const comma = reader.at - 1;
  skipSpace(reader);
  if (reader.text[reader.at] === close) {
    reader.at = comma;
    wrong(reader, `This comma is too many: "${close}" follows`);
  }
  return true;
}

function closes(reader: Reader, close: string): boolean {
  skipSpace(reader);
  if (reader.text[reader.at] !== close) return false;
  reader.at++;
  return true;
}

function skipSpace(reader: Reader): void {
  const { text } = reader;
  for (let code = text.charCodeAt(reader.at); SPACES.has(code); code = text.charCodeAt(reader.at)) reader.at++;
}

function match(reader: Reader, pattern: RegExp): string | null {
  pattern.lastIndex = reader.at;
  const text = pattern.exec(reader.text)?.[0];
  if (text === undefined) return null;
  reader.at += text.length;
  return text;
}

function found({ text, at }: Reader): string {
  const character = text.codePointAt(at);
  if (character === undefined) return 'the text ends';
  const shown = String.fromCodePoint(character);
  if (shown === '#' || (shown === '/' && '/*'.includes(text[at + 1] ?? ' ')))
    return 'a comment stands there; JSON has none, use "comment"';
  if (/[\p{Z}\p{C}]/u.test(shown)) return `an invisible character stands there (${codeOf(shown)}); remove it`;
  if (QUOTES.test(shown))
    return `${JSON.stringify(shown)} stands there; names and texts stand in straight double quotes`;
  const word = /^[\p{L}_$][\p{L}\d_$]*/u.exec(text.slice(at, at + 50))?.[0] ?? shown;
  const small = LITERALS.find(([literal]) => literal === word.toLowerCase() && literal !== word);
  return `${JSON.stringify(word)} stands there${small ? `; it is written ${small[0]}` : ''}`;
}

const QUOTES = /['`´‘’‚“”„«»‹›＂]/;

function codeOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

function wrong(reader: Reader, message: string): never {
  throw new NotJson(reader.at, `${message}.`);
}
