import { randomBytes } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { mongo } from 'mongoose';
import { until } from '../support/until';
import { ownServers, type OwnServers } from './started';

const DOCUMENTS = 1400;
const ALIVE = 16;
const MEBIBYTE = 1024 * 1024;

describe('the file of the embedded database', () => {
  let own: OwnServers;
  beforeEach(async () => {
    own = await ownServers();
  });
  afterEach(async () => own.end());

  it('shrinks to what is alive when the database starts again, and nothing alive is lost', async () => {
    const servers = await own.start({ only: 'mongo', fsync: false });
    if (servers.mongoKind !== 'embedded') {
      console.warn('Not tried: this machine runs another database than the embedded one.');
      return;
    }
    const client = new mongo.MongoClient(servers.mongoUri, { serverSelectionTimeoutMS: 30_000 });
    const documents = client.db('compaction').collection<{ _id: string; n: number; body: Buffer }>('documents');
    for (let n = 0; n < DOCUMENTS; n += 100) {
      const some = Array.from({ length: 100 }, (_, at) => n + at);
      await documents.insertMany(some.map((each) => ({ _id: `doc-${each}`, n: each, body: randomBytes(20_000) })));
    }
    const folder = join(own.dataDir, 'mongo');
    const size = async (): Promise<number> => (await stat(join(folder, 'data.mv.db'))).size;
    // Measured before the deletion: afterwards the database may give room back by itself at any time.
    await until('all is in the file', async () => (await journalBytes(folder)) === 0, 30_000);
    expect(await size()).toBeGreaterThan(16 * MEBIBYTE);
    await documents.deleteMany({ n: { $gte: ALIVE } });
    await until('the deletion is in the file', async () => (await journalBytes(folder)) === 0, 30_000);

    process.kill(servers.processes().mongo ?? 0, 'SIGKILL');
    await until('the database is back', () => own.lines.includes('Database is back'), 30_000);
    expect(await size()).toBeLessThan(4 * MEBIBYTE);
    const found = await documents.find({}, { projection: { body: 0 } }).toArray();
    expect(found.map((document) => document.n).toSorted((one, other) => one - other)).toEqual(
      Array.from({ length: ALIVE }, (_, n) => n),
    );
    await client.close();
  });
});

async function journalBytes(folder: string): Promise<number> {
  const journals = (await readdir(folder)).filter((each) => each.startsWith('journal-'));
  const sizes = await Promise.all(
    journals.map(async (each) => (await stat(join(folder, each)).catch(() => null))?.size),
  );
  return sizes.reduce<number>((sum, each) => sum + (each ?? 0), 0);
}
