/**
 * Words of a mail as they may stand on a terminal: without control characters, which could steer it, and without those
 * that turn the direction of writing. Line breaks and tabs stay only where `lines` says so.
 */
export function forTerminal(text: string, lines: 'one' | 'many' = 'one'): string {
  const shown = lines === 'many' ? /(?![\t\n])\p{Cc}/gu : /[\p{Cc}\p{Zl}\p{Zp}]/gu;
  return text.replace(shown, '').replace(/[\u202a-\u202e\u2066-\u2069]/g, '');
}
