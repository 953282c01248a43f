import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mongoose from 'mongoose';
import { openStore, type Store, type StorePorts } from '../../store';
import { testServers } from './servers';

/** A store with a database and a data folder of its own, which `close` removes. */
export type FreshStore = Store & {
  /** How it was opened. */
  readonly opened: StorePorts;
  /** Opens the same data once more, as another process would; closed with the first. */
  again: (changes?: Partial<StorePorts>) => Promise<Store>;
};

/** Opens an empty, migrated store on the servers of this test run. */
export async function freshStore(changes: Partial<StorePorts> = {}): Promise<FreshStore> {
  const opened: StorePorts = {
    uri: testServers().mongoUri,
    database: `test-${randomUUID()}`,
    dataDir: await mkdtemp(join(tmpdir(), 'ringpost-store-')),
    secretKey: 'secret key of the tests',
    fsync: false,
    ...changes,
  };
  const store = await openStore(opened);
  await store.migrate();
  const others: Store[] = [];
  return {
    ...store,
    opened,
    again: async (more = {}) => {
      const other = await openStore({ ...opened, ...more });
      others.push(other);
      return other;
    },
    close: async () => {
      await Promise.all([store, ...others].map((one) => one.close()));
      await dropDatabase(opened);
      await rm(opened.dataDir, { recursive: true, force: true });
    },
  };
}

async function dropDatabase({ uri, database }: StorePorts): Promise<void> {
  const connection = await mongoose.createConnection(uri, { dbName: database }).asPromise();
  await connection.dropDatabase();
  await connection.close();
}
