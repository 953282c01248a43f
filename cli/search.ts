import { takeDataFolder } from './data-folder';
import { withStore } from './with-store';
import { optionsRefused, WrongUsage } from './wrong-usage';

/** `ringpost search rebuild`: asks every process that keeps an index to make it anew; they do within seconds. */
export async function rebuildSearch(args: string[]): Promise<number> {
  const { dataDir, rest } = takeDataFolder(args);
  if (optionsRefused(rest).length > 0) throw new WrongUsage('ringpost search rebuild takes no further words.');
  await withStore(dataDir, ({ store }) => store.searchTouched.askRebuild(new Date()));
  process.stdout.write('The search index will be made anew within seconds; until it is done, searches find less.\n');
  return 0;
}
