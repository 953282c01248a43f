/** The signed mail inside an opaque S/MIME signature (CMS SignedData, RFC 5652); the signature itself is not checked. */

const SIGNED_DATA = '2a864886f70d010702';
const DATA = '2a864886f70d010701';
const MAX_DEPTH = 20;
const SEQUENCE = 0x30;
const OBJECT_ID = 0x06;
const OCTETS = 0x04;
const CONSTRUCTED_OCTETS = 0x24;
const CONTEXT_0 = 0xa0;

interface Element {
  tag: number;
  content: Buffer;
  /** Offset behind it. */
  next: number;
}

/** Bytes of the signed MIME part, or null where there are none, as in an encrypted mail. */
export function signedContent(cms: Buffer): Buffer | null {
  const info = childrenOf(elementAt(cms, 0), SEQUENCE);
  if (hexOf(info[0]) !== SIGNED_DATA) return null;
  const signedData = childrenOf(childrenOf(info[1], CONTEXT_0)[0], SEQUENCE);
  const encapsulated = childrenOf(
    signedData.find(({ tag }) => tag === SEQUENCE),
    SEQUENCE,
  );
  if (hexOf(encapsulated[0]) !== DATA) return null;
  const octets = childrenOf(encapsulated[1], CONTEXT_0)[0];
  return octets ? joined(octets, 0) : null;
}

function joined(element: Element, depth: number): Buffer | null {
  if (element.tag === OCTETS) return element.content;
  if (element.tag !== CONSTRUCTED_OCTETS || depth > MAX_DEPTH) return null;
  const pieces = childrenOf(element, CONSTRUCTED_OCTETS).map((piece) => joined(piece, depth + 1));
  return Buffer.concat(pieces.filter((piece) => piece !== null));
}

function hexOf(element: Element | undefined): string {
  return element?.tag === OBJECT_ID ? element.content.toString('hex') : '';
}

function childrenOf(element: Element | null | undefined, tag: number): Element[] {
  if (!element || element.tag !== tag) return [];
  const out: Element[] = [];
  for (let at = 0; at < element.content.length;) {
    const child = elementAt(element.content, at);
    if (child === null || child.tag === 0) break;
    out.push(child);
    at = child.next;
  }
  return out;
}

/** The element at an offset (X.690); null where the bytes are none. */
function elementAt(bytes: Buffer, at: number, depth = 0): Element | null {
  const tag = bytes[at];
  const first = bytes[at + 1];
  if (tag === undefined || first === undefined || depth > MAX_DEPTH) return null;
  if (first === 0x80) return indefinite(bytes, at, tag, depth);
  const long = first > 0x80 ? first - 0x80 : 0;
  if (long > 4 || at + 2 + long > bytes.length) return null;
  const start = at + 2 + long;
  const end = start + (long > 0 ? bytes.readUIntBE(at + 2, long) : first);
  return end > bytes.length ? null : { tag, content: bytes.subarray(start, end), next: end };
}

/** Of unknown length: ends with two zero bytes behind its last child. */
function indefinite(bytes: Buffer, at: number, tag: number, depth: number): Element | null {
  let child = at + 2;
  for (;;) {
    if (bytes[child] === 0 && bytes[child + 1] === 0)
      return { tag, content: bytes.subarray(at + 2, child), next: child + 2 };
    const element = elementAt(bytes, child, depth + 1);
    if (element === null) return null;
    child = element.next;
  }
}
