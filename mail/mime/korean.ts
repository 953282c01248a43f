/** CP949, what Korean programs mean by EUC-KR: 8,822 more syllables than the platform's decoder knows. */

// The added syllables stand in the order of Unicode, skipping those of KS X 1001, in rows of 178 and 84 codes.
const FIRST_SYLLABLE = 0xac00;
const LAST_SYLLABLE = 0xd7a3;
const LAST_ADDED = 0xc652;

/** Text of CP949 bytes; pairs without a meaning become U+FFFD. */
export function decodeCp949(bytes: Uint8Array): string {
  const standard = new TextDecoder('euc-kr');
  if (!bytes.some((byte, i) => isAddedPair(byte, bytes[i + 1] ?? 0))) return standard.decode(bytes);
  const added = addedSyllables(standard);
  const out: string[] = [];
  let start = 0;
  for (let i = 0; i < bytes.length; i += 1) {
    const [lead, trail] = [bytes[i] ?? 0, bytes[i + 1] ?? 0];
    if (lead < 0x81) continue;
    if (isAddedPair(lead, trail)) {
      out.push(standard.decode(bytes.subarray(start, i)), added.get(lead * 256 + trail) ?? '\ufffd');
      start = i + 2;
    }
    i += 1;
  }
  out.push(standard.decode(bytes.subarray(start)));
  return out.join('');
}

function isAddedPair(lead: number, trail: number): boolean {
  if (lead < 0x81 || lead > 0xc6 || lead * 256 + trail > LAST_ADDED) return false;
  return isLetter(trail) || (trail >= 0x81 && trail <= (lead <= 0xa0 ? 0xfe : 0xa0));
}

const isLetter = (byte: number): boolean => (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);

function addedSyllables(standard: { decode(bytes: Uint8Array): string }): Map<number, string> {
  const known = new Set<string>();
  for (let lead = 0xb0; lead <= 0xc8; lead += 1) {
    for (let trail = 0xa1; trail <= 0xfe; trail += 1) known.add(standard.decode(Uint8Array.of(lead, trail)));
  }
  const added = new Map<number, string>();
  let syllable = FIRST_SYLLABLE;
  for (let lead = 0x81; lead <= 0xc6; lead += 1) {
    for (let trail = 0x41; trail <= 0xfe; trail += 1) {
      if (!isAddedPair(lead, trail)) continue;
      while (syllable <= LAST_SYLLABLE && known.has(String.fromCharCode(syllable))) syllable += 1;
      added.set(lead * 256 + trail, String.fromCharCode(syllable));
      syllable += 1;
    }
  }
  return added;
}
