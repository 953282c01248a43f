/** The name nearest to a mistyped one, as a question; null when none is near enough to be meant. */
export function suggest(written: string, known: Iterable<string>): string | null {
  const word = written.toLowerCase();
  let best: { name: string; distance: number } | null = null;
  for (const name of known) {
    if (name === written) continue;
    const distance = editDistance(word, name.toLowerCase());
    const near = Math.max(1, Math.floor(Math.max(word.length, name.length) / 3));
    // Of which no letter is left, that is another word.
    const other = distance >= Math.max(word.length, name.length);
    if (distance <= near && !other && (!best || distance < best.distance)) best = { name, distance };
  }
  return best && `Did you mean "${best.name}"?${lookAlike(written, best.name)}`;
}

/** Says so where a name differs by a character that looks like another, or like none. */
function lookAlike(written: string, meant: string): string {
  const strange = Array.from(written).find((each) => /[^\x21-\x7E]/.test(each) && !meant.includes(each));
  if (strange === undefined) return '';
  const code = (strange.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return strange === ' ' ? ' The one written has a blank.' : ` The one written has the character U+${code}.`;
}

/** Insertions, deletions, changes and swaps of neighbours that make one word the other; long words count as far. */
function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 10 || a.length > 100) return Infinity;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let least = Math.min(change, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, (beforeLast[j - 2] ?? 0) + 1);
      row.push(least);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? Infinity;
}
