/** Words as search knows them: without case and accents, one token a character where a script writes no spaces. */

/** Part of what somebody looks for; all parts must be there. */
export interface SearchTerm {
  /** One after the other, in this order. */
  tokens: string[];
  /** The last token may go on. */
  prefix: boolean;
  /** It is the number of an enquiry, and nothing else. */
  number: boolean;
}

/** Hebrew and Arabic are written with their marks or without; in other scripts a mark is part of the letter. */
const MARKS =
  /([\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Hebrew}\p{Script=Arabic}\u{640}])\p{M}+/gu;
/** Tatweel: it only makes an Arabic word longer. */
const STRETCH = /\u{640}/gu;
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/gu;
const NO_WORD = /[^\p{L}\p{N}\p{M}]+/gu;
const LETTERS = new Map([
  ['ß', 'ss'],
  ['æ', 'ae'],
  ['œ', 'oe'],
  ['ø', 'o'],
  ['đ', 'd'],
  ['ł', 'l'],
  ['ı', 'i'],
  ['ς', 'σ'],
]);
const MOST_TERMS = 10;
const LONGEST_TOKEN = 64;

/** The tokens of a text, in order. */
export function tokensOf(text: string): string[] {
  return text
    .normalize('NFKD')
    .replace(MARKS, '$1')
    .replace(STRETCH, '')
    .normalize('NFC')
    .toLowerCase()
    .replace(/[ßæœøđłıς]/g, (letter) => LETTERS.get(letter) ?? letter)
    .replace(UNSPACED, ' $& ')
    .split(NO_WORD)
    .flatMap((token) => (token === '' ? [] : [token.slice(0, LONGEST_TOKEN)]));
}

/** What somebody looks for: words may go on, a phrase in quotes is whole, `#17` is a number. */
export function termsOf(query: string): SearchTerm[] {
  const parts = query.match(/"[^"]*"?|[^\s"]+/g) ?? [];
  return parts
    .flatMap((part): SearchTerm[] => {
      const quoted = part.startsWith('"');
      const number = /^#\d+$/.test(part);
      const tokens = tokensOf(part);
      return tokens.length === 0 ? [] : [{ tokens, prefix: !quoted && !number, number }];
    })
    .slice(0, MOST_TERMS);
}
