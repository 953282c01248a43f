import { randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { mongo } from 'mongoose';
import { until } from '../support/until';
import { ownServers, type OwnServers } from './started';

const ROUNDS = 70;
const DOCUMENTS = Array.from({ length: 16 }, (_, at) => `doc-${at}`);
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
    const documents = client.db('compaction').collection<{ _id: string; round: number; body: Buffer }>('documents');
    for (let round = 1; round <= ROUNDS; round += 1) {
      const body = randomBytes(20_000);
      await Promise.all(
        DOCUMENTS.map(async (id) => documents.updateOne({ _id: id }, { $set: { round, body } }, { upsert: true })),
      );
    }
    const size = async (): Promise<number> => (await stat(join(own.dataDir, 'mongo', 'data.mv.db'))).size;
    expect(await size()).toBeGreaterThan(16 * MEBIBYTE);

    process.kill(servers.processes().mongo ?? 0, 'SIGKILL');
    await until('the database is back', () => own.lines.includes('Database is back'), 30_000);
    expect(await size()).toBeLessThan(4 * MEBIBYTE);
    const found = await documents.find({}, { projection: { body: 0 } }).toArray();
    expect(new Map(found.map((document) => [document._id, document.round]))).toEqual(
      new Map(DOCUMENTS.map((id) => [id, ROUNDS])),
    );
    await client.close();
  });
});
