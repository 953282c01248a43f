import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { mongo } from 'mongoose';
import { readConfig } from '../../config';
import { cachedEmbeddedDatabase, type EmbeddedDatabase } from '../../servers/embedded-database';
import { until } from '../support/until';
import { endWritesOfClosedConnections } from '../../store/database/closed-writes';
import { ownServers, type OwnServers } from './started';

interface Mail {
  readonly _id: string;
  readonly body: string | Buffer;
}

const KILLS = 3;
const WRITERS = 16;
const LIMIT_MS = 60_000;
// Each kill waits for a JVM to start, which takes long while the machine is busy.
jest.setTimeout(4 * LIMIT_MS);

describe('the database, killed at any moment', () => {
  let own: OwnServers;
  let endLoad = async (): Promise<void> => undefined;
  // As in the store: without it a client may never find the database again that was stopped while it asked.
  beforeAll(endWritesOfClosedConnections);
  beforeEach(async () => {
    own = await ownServers();
  });
  afterEach(async () => {
    await endLoad();
    await own.end();
  });

  it('comes back on the same port with every insert it had acknowledged', async () => {
    const servers = await own.start({ only: 'mongo' });
    const client = new mongo.MongoClient(servers.mongoUri, { serverSelectionTimeoutMS: LIMIT_MS });
    const load = writeMails(client.db('kills').collection<Mail>('mails'));
    endLoad = load.end;
    for (let kill = 1; kill <= KILLS; kill += 1) {
      const goal = load.acknowledged.length + 100;
      await until('enough was written before the kill', () => load.acknowledged.length >= goal, LIMIT_MS);
      const pid = servers.processes().mongo;
      process.kill(pid ?? 0, 'SIGKILL');
      await until('another process serves', () => ![undefined, pid].includes(servers.processes().mongo), LIMIT_MS);
    }
    const goal = load.acknowledged.length + 50;
    await until('writes go on after the last kill', () => load.acknowledged.length >= goal, LIMIT_MS);
    await load.end();
    expect(await missing(client.db('kills').collection<Mail>('mails'), load.acknowledged)).toEqual([]);
    await client.close();

    await servers.stop();
    const again = await own.start({ only: 'mongo' });
    expect(again.mongoUri).toBe(servers.mongoUri);
    const reopened = new mongo.MongoClient(again.mongoUri);
    expect(await missing(reopened.db('kills').collection<Mail>('mails'), load.acknowledged)).toEqual([]);
    await reopened.close();
  });

  it('has done each write once, also those that its journal did again', async () => {
    const servers = await own.start({ only: 'mongo' });
    const client = new mongo.MongoClient(servers.mongoUri, { retryWrites: false, serverSelectionTimeoutMS: LIMIT_MS });
    const counters = client.db('kills').collection<{ _id: string; n: number }>('counters');
    const load = countUp(counters);
    endLoad = load.end;
    for (let kill = 1; kill <= 2; kill += 1) {
      const goal = load.told.reduce((sum, each) => sum + each, 0) + 200;
      await until('enough was counted', () => load.told.reduce((sum, each) => sum + each, 0) >= goal, LIMIT_MS);
      const pid = servers.processes().mongo;
      process.kill(pid ?? 0, 'SIGKILL');
      await until('another process serves', () => ![undefined, pid].includes(servers.processes().mongo), LIMIT_MS);
    }
    await load.end();
    for (const [writer, told] of load.told.entries()) {
      const n = (await counters.findOne({ _id: String(writer) }))?.n ?? 0;
      // A write whose answer the kill cut off may have been done or not.
      expect(n).toBeGreaterThanOrEqual(told);
      expect(n).toBeLessThanOrEqual(told + (load.untold[writer] ?? 0));
    }
    await client.close();
  });

  it('has done each write once when it was stopped while clients wrote', async () => {
    const servers = await own.start({ only: 'mongo' });
    const client = new mongo.MongoClient(servers.mongoUri, { retryWrites: false, serverSelectionTimeoutMS: LIMIT_MS });
    const load = countUp(client.db('stops').collection<{ _id: string; n: number }>('counters'));
    endLoad = load.end;
    await until('enough was counted', () => load.told.reduce((sum, each) => sum + each, 0) >= 200, LIMIT_MS);
    await servers.stop();
    await own.start({ only: 'mongo' });
    await load.end();
    for (const [writer, told] of load.told.entries()) {
      const counters = client.db('stops').collection<{ _id: string; n: number }>('counters');
      const n = (await counters.findOne({ _id: String(writer) }))?.n ?? 0;
      expect(n).toBeGreaterThanOrEqual(told);
      expect(n).toBeLessThanOrEqual(told + (load.untold[writer] ?? 0));
    }
    await client.close();
  });

  it('keeps writes too large for its journal, and refuses a document it could not read again', async () => {
    const servers = await own.start({ only: 'mongo', fsync: false });
    const client = new mongo.MongoClient(servers.mongoUri, { serverSelectionTimeoutMS: LIMIT_MS });
    const mails = client.db('large').collection<{ _id: string; body: string; parts?: string[] }>('mails');
    const body = 'x'.repeat(1024 * 1024);
    await mails.insertMany(Array.from({ length: 20 }, (_, n) => ({ _id: String(n), body })));
    const grow = () => mails.updateOne({ _id: 'grows' }, { $push: { parts: body } }, { upsert: true });
    for (let n = 0; n < 15; n += 1) await grow();
    await expect(grow()).rejects.toThrow('16 MiB');
    const pid = servers.processes().mongo;
    process.kill(pid ?? 0, 'SIGKILL');
    await until('another process serves', () => ![undefined, pid].includes(servers.processes().mongo), LIMIT_MS);
    const parts = async () => (await mails.findOne({ _id: 'grows' }).catch(() => null))?.parts?.length ?? 0;
    await until('it answers', async () => (await parts()) > 0, LIMIT_MS);
    expect(await parts()).toBe(15);
    expect(await mails.countDocuments({})).toBe(21);
    await client.close();
  });

  it('ends rather than acknowledge what it could not commit', async () => {
    const embedded = await cachedEmbeddedDatabase(readConfig(process.env).cacheDir);
    if (embedded === null) {
      console.warn('Not tried: this machine has no embedded database (it runs mongod, or MONGODB_URI is set).');
      return;
    }
    const port = 20_000 + (process.pid % 10_000);
    const uri = `mongodb://127.0.0.1:${port}/?directConnection=true`;
    const run = (limit: string): ChildProcess =>
      launch({ embedded, limit, port, file: join(own.dataDir, 'full.mv.db') });

    const full = run('4096');
    const exit = once(full, 'exit');
    const acknowledged = await fillUntilRefused(uri);
    expect(await exit).toEqual([70, null]);

    const roomy = run('unlimited');
    const client = new mongo.MongoClient(uri);
    expect(acknowledged.length).toBeGreaterThan(10);
    expect(await missing(client.db('full').collection<Mail>('mails'), acknowledged)).toEqual([]);
    await client.close();
    roomy.stdin?.end();
    expect(await once(roomy, 'exit')).toEqual([0, null]);
  });
});

interface Load {
  readonly acknowledged: readonly string[];
  readonly end: () => Promise<void>;
}

function writeMails(mails: mongo.Collection<Mail>): Load {
  const load = { acknowledged: [] as string[], ended: false };
  const writers = Array.from({ length: WRITERS }, async (_, writer) => {
    for (let n = 0; !load.ended; n += 1) {
      const id = `${writer}-${n}`;
      const done = await mails.insertOne({ _id: id, body: 'x'.repeat(500) }).catch(() => null);
      if (done !== null) load.acknowledged.push(id);
    }
  });
  return {
    acknowledged: load.acknowledged,
    end: async () => {
      load.ended = true;
      await Promise.all(writers);
    },
  };
}

/** Writers that count up, each in a document of its own: how often they were told it was done, and how often nothing. */
function countUp(counters: mongo.Collection<{ _id: string; n: number }>): {
  told: number[];
  untold: number[];
  end: () => Promise<void>;
} {
  const load = { told: zeros(), untold: zeros(), ended: false };
  const writers = load.told.map(async (_, writer) => {
    while (!load.ended) {
      const filter = { _id: String(writer) };
      const done = await counters.updateOne(filter, { $inc: { n: 1 } }, { upsert: true }).catch(() => null);
      const count = done === null ? load.untold : load.told;
      count[writer] = (count[writer] ?? 0) + 1;
    }
  });
  return {
    told: load.told,
    untold: load.untold,
    end: async () => {
      load.ended = true;
      await Promise.all(writers);
    },
  };
}

const zeros = (): number[] => Array.from({ length: WRITERS }, () => 0);

/** Runs the database with a limit on the size of its files (in blocks of 512 bytes): a full disk without one. */
function launch(at: { embedded: EmbeddedDatabase; limit: string; port: number; file: string }): ChildProcess {
  const command = [at.embedded.java, '-cp', at.embedded.classPath, 'RingpostDatabase'];
  const args = [`--file=${at.file}`, `--port=${at.port}`, '--fsync=on'];
  return spawn('/bin/sh', ['-c', `ulimit -f ${at.limit}; exec "$@"`, 'sh', ...command, ...args], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
}

async function fillUntilRefused(uri: string): Promise<string[]> {
  const client = new mongo.MongoClient(uri, { retryWrites: false, serverSelectionTimeoutMS: LIMIT_MS });
  const mails = client.db('full').collection<Mail>('mails');
  const acknowledged: string[] = [];
  for (let n = 0; ; n += 1) {
    // Bytes that do not compress, so that the file grows by what is written.
    const body = Buffer.from(Array.from({ length: 20_000 }, () => Math.floor(Math.random() * 256)));
    const done = await mails.insertOne({ _id: String(n), body }).catch(() => null);
    if (done === null) break;
    acknowledged.push(String(n));
  }
  await client.close();
  return acknowledged;
}

async function missing(mails: mongo.Collection<Mail>, ids: readonly string[]): Promise<string[]> {
  const stored = new Set<string>(await mails.distinct('_id'));
  return ids.filter((id) => !stored.has(id));
}
