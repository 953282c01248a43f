import { readConfig } from '../config';
import { openStore } from '../store';
import { takeDataFolder } from './data-folder';
import { readRuntimeFile } from './start/runtime-file';
import { secretKeyOf } from './start/secret-key';
import { optionsRefused, WrongUsage } from './wrong-usage';

/** `ringpost search rebuild`: asks every process that keeps an index to make it anew; they do within seconds. */
export async function rebuildSearch(args: string[]): Promise<number> {
  const { dataDir, rest } = takeDataFolder(args);
  if (optionsRefused(rest).length > 0) throw new WrongUsage('ringpost search rebuild takes no further words.');
  const config = readConfig({ ...process.env, RINGPOST_DATA_DIR: dataDir });
  const runtime = await readRuntimeFile(dataDir);
  const secretKey = await secretKeyOf(dataDir, config.secretKey);
  const store = await openStore({ uri: runtime.mongo.uri, database: runtime.mongo.database, dataDir, secretKey });
  try {
    await store.searchTouched.askRebuild(new Date());
    process.stdout.write('The search index will be made anew within seconds; until it is done, searches find less.\n');
    return 0;
  } finally {
    await store.close();
  }
}
