import mongoose from 'mongoose';
import { openCollection, type Definition, type Stored } from '../store/database/collection';
import { createOperationCounts } from '../store/database/operation-counts';

interface Thing extends Stored {
  size: number;
}

const things: Definition<Thing> = { name: 'things', fields: { size: Number } };

type Answer = { upserted: number[]; errors: { index: number; code: number }[] };

/** A collection whose database answers as the driver does, and the ids of every command it was sent. */
function aCollection(answer: (ids: string[]) => Answer) {
  const connection = mongoose.createConnection();
  const collection = openCollection(things, { connection, counts: createOperationCounts(), creates: [] });
  const sent: string[][] = [];
  const bulkWrite = (operations: { updateOne: { filter: Stored } }[]): Promise<unknown> => {
    const ids = operations.map(({ updateOne }) => updateOne.filter._id);
    sent.push(ids);
    const { upserted, errors } = answer(ids);
    const result = { upsertedIds: Object.fromEntries(upserted.map((index) => [index, ids[index]])) };
    if (errors.length === 0) return Promise.resolve(result);
    const writeErrors = errors.map((err) => ({ ...err, err }));
    const [{ code } = { code: 0 }] = errors;
    const message = 'The database refused some.';
    // The classes of the result and of each error are the driver's own: they look like this.
    return Promise.reject(
      new mongoose.mongo.MongoBulkWriteError({ message, code, writeErrors } as never, result as never),
    );
  };
  Object.assign(connection.model('things').collection, { bulkWrite });
  return { collection, sent };
}

const all = (ids: string[]): number[] => ids.map((_, index) => index);
const thing = (_id: string, size: unknown = 1): Thing => ({ _id, size: size as number, v: 1 });
const wrong = (_id: string): Thing => thing(_id, 'no number');

test('what was written beside a document that the schema refuses is told as written, and sent once', async () => {
  const { collection, sent } = aCollection((ids) => ({ upserted: all(ids), errors: [] }));

  const told = await Promise.allSettled([
    collection.insert('insert', wrong('a')),
    collection.insert('insert', thing('b')),
    collection.fit('fit', { _id: 'c', size: 1 }, { $set: { size: 2 } }),
  ]);

  expect(told).toMatchObject([
    { status: 'rejected', reason: { name: 'CastError' } },
    { status: 'fulfilled', value: true },
    { status: 'fulfilled', value: true },
  ]);
  expect(sent).toEqual([['b', 'c']]);
});

test('a document that the schema refuses shifts nobody its answer when another is there already', async () => {
  const { collection, sent } = aCollection(() => ({ upserted: [1], errors: [{ index: 0, code: 11000 }] }));

  const told = await Promise.allSettled([
    collection.insert('insert', wrong('a')),
    collection.fit('fit', { _id: 'b', size: 1 }, { $set: { size: 2 } }),
    collection.insert('insert', thing('c')),
    collection.fit('fit', { _id: 'd', size: 1 }, { $set: { size: 2 } }),
  ]);

  expect(told).toMatchObject([
    { status: 'rejected', reason: { name: 'CastError' } },
    { status: 'fulfilled', value: false },
    { status: 'fulfilled', value: true },
    { status: 'fulfilled', value: true },
  ]);
  expect(sent).toHaveLength(1);
});

test('what the database refuses for another reason fails alone, and nothing is sent again', async () => {
  const { collection, sent } = aCollection(() => ({
    upserted: [3],
    errors: [
      { index: 0, code: 11000 },
      { index: 1, code: 17280 },
    ],
  }));

  const told = await Promise.allSettled([
    collection.fit('fit', { _id: 'a', size: 1 }, { $set: { size: 2 } }),
    collection.insert('insert', thing('b')),
    collection.fit('fit', { _id: 'c', size: 1 }, { $set: { size: 2 } }),
    collection.insert('insert', thing('d')),
  ]);

  expect(told).toMatchObject([
    { status: 'fulfilled', value: false },
    { status: 'rejected', reason: { code: 17280 } },
    { status: 'fulfilled', value: true },
    { status: 'fulfilled', value: true },
  ]);
  expect(sent).toHaveLength(1);
});
