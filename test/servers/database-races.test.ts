import { mongo } from 'mongoose';
import { ownServers, type OwnServers } from './started';

interface Numbered {
  readonly _id: string;
  readonly n?: number;
  readonly by?: number;
}

interface Wide {
  readonly _id: string;
  readonly [field: string]: number | string;
}

const FIELDS = Array.from({ length: 60 }, (_, at) => `f${at}`);

describe.each([
  ['with each commit forced to the disk', true],
  ['without forcing', false],
])('racing writers on the database, %s', (_, fsync) => {
  let own: OwnServers;
  let client: mongo.MongoClient;
  let things: mongo.Collection<Numbered>;

  beforeAll(async () => {
    own = await ownServers();
    const { mongoUri } = await own.start({ only: 'mongo', fsync });
    client = new mongo.MongoClient(mongoUri, { maxPoolSize: 50 });
    things = client.db('races').collection<Numbered>('things');
  });
  afterAll(async () => {
    await client.close();
    await own.end();
  });

  it('never show a reader half of one state and half of the next', async () => {
    const states = client.db('races').collection<Wide>('states');
    const wide = (n: number): Record<string, number> => Object.fromEntries(FIELDS.map((field) => [field, n]));
    await states.insertOne({ _id: 'one', ...wide(0) });
    const seen: (Wide | null)[] = [];
    await Promise.all(
      Array.from({ length: 16 }, async (__, racer) => {
        for (let n = 0; n < 30; n += 1) {
          if (racer % 2 === 0) await states.updateOne({ _id: 'one' }, { $set: wide(racer * 1000 + n) });
          else seen.push(await states.findOne({ _id: 'one' }));
        }
      }),
    );
    expect(seen).toHaveLength(240);
    expect(seen.filter((state) => new Set(FIELDS.map((field) => state?.[field])).size !== 1)).toEqual([]);
  });

  it('give exactly ten winners when two hundred ask for ten slots at once', async () => {
    await things.insertOne({ _id: 'slots', n: 10 });
    const answers = await Promise.all(
      Array.from({ length: 200 }, async () =>
        things.findOneAndUpdate({ _id: 'slots', n: { $gt: 0 } }, { $inc: { n: -1 } }, { returnDocument: 'after' }),
      ),
    );
    const left = answers.flatMap((answer) => (answer === null ? [] : [String(answer.n)]));
    // Each winner was told the state his own write left, not a later one.
    expect(left.toSorted((a, b) => a.localeCompare(b))).toEqual(Array.from({ length: 10 }, (__, at) => String(at)));
    expect(await things.findOne({ _id: 'slots' })).toEqual({ _id: 'slots', n: 0 });
  });

  it('give exactly one insert when a hundred insert the same key if it is absent', async () => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, async (__, by) =>
        things.updateOne({ _id: 'claim' }, { $setOnInsert: { by } }, { upsert: true }).catch((failure: unknown) => {
          // A loser may be told so as a duplicate key, as on MongoDB itself.
          if (failure instanceof mongo.MongoServerError && failure.code === 11_000) return { upsertedCount: 0 };
          throw failure;
        }),
      ),
    );
    expect(answers.filter((answer) => answer.upsertedCount === 1)).toHaveLength(1);
    expect(await things.countDocuments({ _id: 'claim' })).toBe(1);
  });

  it('lose no increment of one document', async () => {
    await things.insertOne({ _id: 'counter', n: 0 });
    await Promise.all(
      Array.from({ length: 200 }, async () => things.updateOne({ _id: 'counter' }, { $inc: { n: 1 } })),
    );
    expect(await things.findOne({ _id: 'counter' })).toEqual({ _id: 'counter', n: 200 });
  });

  it('take an unordered bulk of upserts with the losers told apart', async () => {
    const bulk = (by: number): Parameters<typeof things.bulkWrite>[0] =>
      Array.from({ length: 20 }, (__, at) => ({
        updateOne: { filter: { _id: `bulk-${at}` }, update: { $setOnInsert: { by } }, upsert: true },
      }));
    const answers = await Promise.all([1, 2, 3, 4].map(async (by) => things.bulkWrite(bulk(by), { ordered: false })));
    expect(answers.reduce((sum, answer) => sum + answer.upsertedCount, 0)).toBe(20);
  });
});
