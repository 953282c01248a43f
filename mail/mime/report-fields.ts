/** Blocks of `Name: value` lines as in delivery status and feedback reports (RFC 3464, RFC 5965). */
import { decodeWordsInText, withoutControls } from './words';
import { decodeXtext } from './xtext';

/** Fields of one block by lower-case name, every occurrence. */
export type ReportBlock = Map<string, string[]>;

/** The blocks of a report body; blank lines part them, so that no recipient gets the fields of another. */
export function readReportBlocks(body: string): ReportBlock[] {
  const blocks: ReportBlock[] = [];
  for (const section of body.replace(/\r\n?/g, '\n').split(/\n[ \t]*(?:\n[ \t]*)+/)) {
    const block: ReportBlock = new Map();
    for (const line of section.replace(/\n[ \t]+/g, ' ').split('\n')) {
      const match = /^([!-9;-~]{1,100})[ \t]*:(.*)$/.exec(line);
      if (!match?.[1]) continue;
      const name = match[1].toLowerCase();
      block.set(name, [...(block.get(name) ?? []), withoutControls(decodeWordsInText((match[2] ?? '').trim()))]);
    }
    if (block.size > 0) blocks.push(block);
  }
  return blocks;
}

/** First value of a field of a block, or null. */
export function fieldOf(block: ReportBlock, name: string): string | null {
  return block.get(name)?.[0] || null;
}

/** `rfc822; <user@example.org>` without type and angle brackets; null where no address is left. */
export function typedAddress(value: string | null): string | null {
  if (value === null) return null;
  // An address beyond ASCII may come by the numbers of its characters (RFC 6533, section 3).
  const unicode = /^\s*utf-8\s*;/i.test(value) ? value.replace(/\\x\{([0-9a-f]{2,6})\}/gi, characterOf) : value;
  const plain = unicode
    .replace(/^\s*(?:[\w-]+)\s*;/, '')
    .replace(/^[\s<"']+|[\s>"']+$/g, '')
    .replace(/^(?:smtp|imceaex-|mailto):/i, '');
  return plain.includes('@') ? plain : null;
}

function characterOf(whole: string, hex: string): string {
  const number = Number.parseInt(hex, 16);
  return number > 0x10ffff ? whole : String.fromCodePoint(number);
}

/** An `Original-Recipient`: the address of an ORCPT, which some servers report coded as they got it (RFC 3461, section 4). */
export function originalAddress(value: string | null): string | null {
  const address = typedAddress(value);
  return address === null ? null : decodeXtext(address);
}
