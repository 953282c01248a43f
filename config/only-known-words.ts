/** What a script may be told behind its name. */
export interface KnownWords {
  /** How the script is called, as people type it. */
  usage: string;
  options?: readonly string[];
  /** Options with a value behind them. */
  valued?: readonly string[];
  /** Other words: these; any, when true; none, when absent. */
  words?: readonly string[] | true;
}

/** What is wrong with the words a script was given, as a sentence; null when it knows them all. */
export function problemOfWords(given: readonly string[], { options = [], valued = [], words = [] }: KnownWords) {
  for (let at = 0; at < given.length; at += 1) {
    const word = given[at] ?? '';
    if (valued.includes(word)) {
      at += 1;
      if (given[at]?.startsWith('-') ?? true) return `"${word}" needs a value behind it.`;
    } else if (word.startsWith('-')) {
      if (!options.includes(word)) return `There is no option "${word}".`;
    } else if (words !== true && !words.includes(word)) {
      return `"${word}" means nothing here.`;
    }
  }
  return null;
}

/** For scripts of this repository: a word they do not know ends them (exit code 2) before they do anything. */
export function onlyKnownWords(given: readonly string[], known: KnownWords): void {
  const asksForHelp = given.includes('--help') || given.includes('-h');
  const problem = asksForHelp ? null : problemOfWords(given, known);
  if (asksForHelp) process.stdout.write(`${known.usage}\n`);
  else if (problem !== null) process.stderr.write(`${problem}\n  ${known.usage}\n`);
  if (asksForHelp || problem !== null) process.exit(asksForHelp ? 0 : 2);
}
