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
  const number = match(reader, NUMBER);
  return number === null ? wrong(reader, `A value is expected here, but ${found(reader)}`) : Number(number);
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
  const broken = /["\n]/.exec(reader.text.slice(reader.at + 1));
  const reason =
    broken?.[0] === '"' ? 'has a "\\" or a control character that JSON does not know' : 'has no closing quote';
  return wrong(reader, `${what} that begins here ${reason}`);
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
  return shown === '/' && '/*'.includes(text[at + 1] ?? ' ')
    ? 'a comment stands there; JSON has none, use "comment"'
    : `${JSON.stringify(shown)} stands there`;
}

function wrong(reader: Reader, message: string): never {
  throw new NotJson(reader.at, `${message}.`);
}
