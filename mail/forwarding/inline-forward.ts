import { readListedAddresses } from './listed-addresses';
import { isSeparator, labelled, type BlockField } from './header-labels';
import type { Address } from '../parsed-mail';

/** A mail that stands inside another one's text: its header block as far as it tells, its words, and what is above it. */
export interface InlineForward {
  from: Address;
  replyTo: Address[];
  to: Address[];
  cc: Address[];
  /** Null where the block has none. */
  subject: string | null;
  text: string;
  /** What the forwarder wrote above it. */
  note: string;
}

const MAX_LINES = 20_000;
const MAX_BLOCK_LINES = 60;

/**
 * Finds the forwarded mail in a text by the header block that mail programs write above it; null where there is none, or
 * where the block names no address of who wrote.
 */
export function readInlineForward(text: string): InlineForward | null {
  const lines = text.split('\n', MAX_LINES);
  for (let i = 0; i < lines.length; i += 1) {
    if (labelled(plain(lines[i] ?? '')) === null) continue;
    const block = readBlock(lines, i);
    if (!isHeader(block.fields)) continue;
    const [from] = readListedAddresses(block.fields.get('from') ?? '');
    if (!from) return null;
    const named = (field: BlockField): Address[] => readListedAddresses(block.fields.get(field) ?? '');
    const quoted = /^\s*>/.test(lines[i] ?? '');
    return {
      from,
      replyTo: named('replyTo'),
      to: named('to'),
      cc: named('cc'),
      subject: block.fields.get('subject') ?? null,
      text: bodyOf(lines.slice(block.end), quoted),
      note: noteOf(lines.slice(0, i)),
    };
  }
  return null;
}

/** Who wrote, and two more fields: a single "From:" may stand in anybody's words. */
function isHeader(fields: ReadonlyMap<BlockField, string>): boolean {
  return fields.has('from') && ['date', 'to', 'subject'].filter((field) => fields.has(field as BlockField)).length >= 2;
}

/** Fields from a line on; a value may be wrapped, and one empty line may stand between two fields. */
function readBlock(lines: readonly string[], from: number): { fields: Map<BlockField, string>; end: number } {
  const fields = new Map<BlockField, string>();
  let last: BlockField | null = null;
  let end = from;
  for (let i = from; i < lines.length && i < from + MAX_BLOCK_LINES; i += 1) {
    const line = plain(lines[i] ?? '');
    const found = labelled(line);
    if (found && !fields.has(found.field)) {
      fields.set(found.field, found.value);
      last = found.field;
    } else if (line === '') {
      const next = labelled(plain(lines[i + 1] ?? ''));
      if (isHeader(fields) || !next || fields.has(next.field)) break;
      continue;
    } else if (last === null) {
      break;
    } else {
      fields.set(last, `${fields.get(last) ?? ''} ${line}`.trim());
    }
    end = i + 1;
  }
  return { fields, end };
}

const plain = (line: string): string => line.replace(/^[>\s]+/, '').trim();

function bodyOf(lines: readonly string[], quoted: boolean): string {
  const body = quoted ? lines.map((line) => line.replace(/^\s*> ?/, '')) : lines;
  return body.join('\n').trim();
}

/** The forwarder's words, without the lines that announce what follows. */
function noteOf(lines: readonly string[]): string {
  const above = [...lines];
  for (let last = above.at(-1); last !== undefined; last = above.at(-1)) {
    const line = plain(last);
    if (line !== '' && !isSeparator(line)) break;
    above.pop();
  }
  return above.join('\n').trim();
}
