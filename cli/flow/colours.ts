/** Paints text for a terminal; leaves it alone where nobody looks at one. */
export interface Paint {
  red(text: string): string;
  yellow(text: string): string;
  green(text: string): string;
  faint(text: string): string;
  bold(text: string): string;
}

/** The paints of a terminal, or none. */
export function paintFor(colours: boolean): Paint {
  const paint = (code: number) => (text: string) => (colours ? `\u001b[${code}m${text}\u001b[0m` : text);
  return { red: paint(31), yellow: paint(33), green: paint(32), faint: paint(2), bold: paint(1) };
}
