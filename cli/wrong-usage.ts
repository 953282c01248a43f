/** The caller used a command wrongly; the sentence says how. Exit code 2. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage';
}
