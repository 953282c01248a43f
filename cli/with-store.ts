import { readConfig, type Config } from '../config';
import { openStore, type Store } from '../store';
import { readRuntimeFile, type RuntimeFile } from './start/runtime-file';
import { secretKeyOf } from './start/secret-key';

/** What a command has that works on the store of a running system itself. */
export interface OpenedStore {
  store: Store;
  config: Config;
  runtime: RuntimeFile;
}

/** Opens the store that belongs to a data folder for one piece of work, and closes it after that. */
export async function withStore<T>(dataDir: string, work: (opened: OpenedStore) => Promise<T>): Promise<T> {
  const config = readConfig({ ...process.env, RINGPOST_DATA_DIR: dataDir });
  const runtime = await readRuntimeFile(dataDir);
  const secretKey = await secretKeyOf(dataDir, config.secretKey);
  const store = await openStore({ uri: runtime.mongo.uri, database: runtime.mongo.database, dataDir, secretKey });
  try {
    return await work({ store, config, runtime });
  } finally {
    await store.close();
  }
}
