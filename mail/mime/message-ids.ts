/** Message-IDs in header values, as senders really write them. */

const MAX_IDS = 500;

/** The ids of a Message-ID, In-Reply-To or References value, each in angle brackets, in order and once. */
export function readMessageIds(value: string): string[] {
  const bracketed = value.match(/<[^<>]{1,995}>/g);
  const words =
    bracketed ?? value.split(/[\s,]+/).filter((word) => /^[^\s<>"()]{1,995}$/.test(word) && word.includes('@'));
  const ids = words.map((word) => `<${word.replace(/^<|>$/g, '').replace(/\s+/g, '')}>`).filter((id) => id !== '<>');
  const once = [...new Set(ids)];
  // The first names the root of the thread, the last ones are the nearest.
  return once.length <= MAX_IDS ? once : [...once.slice(0, 1), ...once.slice(1 - MAX_IDS)];
}

/** The mail's own id: the first bracketed one, else the whole value as it stands; null for an empty value. */
export function readOwnMessageId(value: string | null): string | null {
  const plain = value?.trim() ?? '';
  if (plain === '' || plain === '<>') return null;
  const [first] = readMessageIds(plain);
  if (first) return first;
  return `<${plain.replace(/[<>\s]/g, '').slice(0, 995)}>`;
}
