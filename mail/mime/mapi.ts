/** MAPI properties as TNEF carries them (MS-OXTNEF 2.1.3.5): the few that tell of a file or a body. */
import { decodeText } from './charset';

/** Properties that matter here; null where they are missing. */
export interface MapiProperties {
  body: string | null;
  html: string | null;
  displayName: string | null;
  fileName: string | null;
  longFileName: string | null;
  mimeTag: string | null;
  contentId: string | null;
  data: Buffer | null;
  /** A message inside, without the id of its interface. */
  embedded: Buffer | null;
}

const NAMES: Record<number, 'body' | 'html' | 'displayName' | 'fileName' | 'longFileName' | 'mimeTag' | 'contentId'> = {
  0x1000: 'body',
  0x1013: 'html',
  0x3001: 'displayName',
  0x3704: 'fileName',
  0x3707: 'longFileName',
  0x370e: 'mimeTag',
  0x3712: 'contentId',
};
const DATA = 0x3701;

const OBJECT = 0x0d;
const STRING_8 = 0x1e;
const UNICODE = 0x1f;
const BINARY = 0x102;
const MULTIPLE = 0x1000;
const FIXED_BYTES: Record<number, number> = {
  2: 4,
  3: 4,
  4: 4,
  5: 8,
  6: 8,
  7: 8,
  0x0a: 4,
  0x0b: 4,
  0x14: 8,
  0x40: 8,
  0x48: 16,
};
const INTERFACE_BYTES = 16;

/** Reads properties as far as they can be understood; `charset` is that of 8-bit strings. */
export function readMapiProperties(bytes: Buffer, charset: string): MapiProperties {
  const out: MapiProperties = {
    body: null,
    html: null,
    displayName: null,
    fileName: null,
    longFileName: null,
    mimeTag: null,
    contentId: null,
    data: null,
    embedded: null,
  };
  for (const { id, type, value } of properties(bytes)) {
    const name = NAMES[id];
    if (name && (type === STRING_8 || type === UNICODE || type === BINARY)) {
      const text = decodeText(value, type === UNICODE ? 'utf-16le' : type === BINARY ? null : charset).text;
      out[name] ??= text.replace(/\0[^]*$/, '');
    } else if (id === DATA && type === BINARY) out.data = value;
    else if (id === DATA && type === OBJECT) out.embedded = value.subarray(INTERFACE_BYTES);
  }
  return out;
}

function* properties(bytes: Buffer): Generator<{ id: number; type: number; value: Buffer }> {
  if (bytes.length < 4) return;
  const count = bytes.readUInt32LE(0);
  let at = 4;
  for (let n = 0; n < count && at + 4 <= bytes.length; n += 1) {
    const tag = bytes.readUInt16LE(at);
    const id = bytes.readUInt16LE(at + 2);
    at += 4;
    if (id >= 0x8000) at = afterName(bytes, at);
    const read = values(bytes, at, tag);
    if (read === null) return;
    if (read.value) yield { id, type: tag & ~MULTIPLE, value: read.value };
    at = read.end;
  }
}

/** A named property begins with its set and its number or name. */
function afterName(bytes: Buffer, at: number): number {
  const kindAt = at + 16;
  if (kindAt + 8 > bytes.length) return bytes.length;
  if (bytes.readUInt32LE(kindAt) === 0) return kindAt + 8;
  return kindAt + 8 + padded(bytes.readUInt32LE(kindAt + 4));
}

function values(bytes: Buffer, from: number, tag: number): { value: Buffer | null; end: number } | null {
  const type = tag & ~MULTIPLE;
  const fixed = FIXED_BYTES[type];
  const variable = type === STRING_8 || type === UNICODE || type === BINARY || type === OBJECT;
  if (fixed === undefined && !variable) return null;
  let at = from;
  let count = 1;
  if (variable || tag & MULTIPLE) {
    if (at + 4 > bytes.length) return null;
    count = bytes.readUInt32LE(at);
    at += 4;
  }
  if (fixed !== undefined) return { value: null, end: at + fixed * count };
  let value: Buffer | null = null;
  for (let n = 0; n < count; n += 1) {
    if (at + 4 > bytes.length) return null;
    const length = bytes.readUInt32LE(at);
    if (at + 4 + length > bytes.length) return null;
    value ??= bytes.subarray(at + 4, at + 4 + length);
    at += 4 + padded(length);
  }
  return { value, end: at };
}

const padded = (length: number): number => Math.ceil(length / 4) * 4;
