/** The caller used a command wrongly; the sentence says how. Exit code 2. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage';
}

/**
 * Gives back the words that are left when a command has taken its options.
 *
 * @throws WrongUsage when one of them looks like an option (`-` alone is standard input).
 */
export function optionsRefused(words: string[]): string[] {
  const option = words.find((each) => each.startsWith('-') && each !== '-');
  if (option === '--data') throw new WrongUsage('--data needs a FOLDER after it.');
  if (option !== undefined) throw new WrongUsage(`There is no option "${option}".`);
  return words;
}
