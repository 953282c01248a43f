import type { Address } from '../parsed-mail';

const MAX_CHARS = 5_000;
const MAX_ADDRESSES = 40;
const ADDRESS = /[^\s<>"'()[\]:,;]{1,64}@[^\s<>"'()[\]:,;]{1,255}/;

/**
 * Mailboxes as mail programs show them to people, in decoded text: `Mia <mia@a.test>`, `Mia [mailto:mia@a.test]`,
 * `Wong, Mia <mia@a.test>; …`. What names no address is left out.
 */
export function readListedAddresses(text: string): Address[] {
  const found: Address[] = [];
  let before = '';
  for (const part of text.slice(0, MAX_CHARS).match(/(?:"[^"]*"|[^",;])+/g) ?? []) {
    const piece = before === '' ? part : `${before},${part}`;
    const address = ADDRESS.exec(piece.replace(/mailto:/gi, ' '))?.[0];
    // A name with a comma in it: the address comes behind.
    if (address === undefined) {
      before = piece;
      continue;
    }
    before = '';
    const name = nameOf(piece.slice(0, piece.indexOf(address)));
    if (found.length < MAX_ADDRESSES) found.push({ address, name });
  }
  return found;
}

function nameOf(text: string): string {
  return text
    .replace(/mailto:/gi, '')
    .replace(/[<[(]\s*$/, '')
    .replace(/^[\s"'*]+|[\s"'*]+$/g, '')
    .slice(0, 200);
}
