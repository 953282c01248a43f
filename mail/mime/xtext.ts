/** `+2B` in an address of a delivery report (RFC 3461, section 4). */
const CODED = /\+([0-9A-F]{2})/g;

/**
 * An address as it stood before a mail server coded it as xtext (RFC 3461, section 4): `user+2Bx@y` is `user+x@y`. Servers are
 * to decode what they report and some do not, so only text that can be xtext is decoded: each `+` begins a code, and
 * each code stands for a character that has to be coded (`+`, `=`, or none of "!" to "~"). Anything else is as it is.
 */
export function decodeXtext(text: string): string {
  const codes = Array.from(text.matchAll(CODED), ([, code = '']) => Number.parseInt(code, 16));
  const plain = text.split('+').length - 1 - codes.length;
  if (codes.length === 0 || plain > 0 || !codes.every(mustBeCoded)) return text;
  const bytes = Buffer.from(
    text.replace(CODED, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
    'latin1',
  );
  return bytes.toString('utf8');
}

/** A line break or another control character is in no address; left coded it does no harm. */
const mustBeCoded = (code: number): boolean => code === 0x2b || code === 0x3d || code === 0x20 || code > 0x7f;
