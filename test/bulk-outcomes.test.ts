import { openCollection, type Definition, type Stored } from '../store/database/collection';
import { script, scriptedPorts, type BulkAnswer } from './support/scripted-database';

interface Thing extends Stored {
  size: number;
}

const things: Definition<Thing> = { name: 'things', fields: { size: Number } };

function aCollection(answer: BulkAnswer) {
  const ports = scriptedPorts();
  const collection = openCollection(things, ports);
  return { collection, ...script(ports.connection, 'things', { writes: [answer] }) };
}

const thing = (_id: string, size: unknown = 1): Thing => ({ _id, size: size as number, v: 1 });
const wrong = (_id: string): Thing => thing(_id, 'no number');

test('what was written beside a document that the schema refuses is told as written, and sent once', async () => {
  const { collection, sent } = aCollection({});

  const told = await Promise.allSettled([
    collection.insert('insert', wrong('a')),
    collection.insert('insert', thing('b')),
    collection.fit('fit', { _id: 'c', size: 1 }, { $set: { size: 2 } }),
  ]);

  expect(told).toMatchObject([
    { status: 'rejected', reason: { message: 'things.size is of another type.' } },
    { status: 'fulfilled', value: true },
    { status: 'fulfilled', value: true },
  ]);
  expect(sent).toEqual([['b', 'c']]);
});

test('a document that the schema refuses shifts nobody its answer when another is there already', async () => {
  const { collection, sent } = aCollection({ made: [1], errors: [{ index: 0, code: 11000 }] });

  const told = await Promise.allSettled([
    collection.insert('insert', wrong('a')),
    collection.fit('fit', { _id: 'b', size: 1 }, { $set: { size: 2 } }),
    collection.insert('insert', thing('c')),
    collection.fit('fit', { _id: 'd', size: 1 }, { $set: { size: 2 } }),
  ]);

  expect(told).toMatchObject([
    { status: 'rejected', reason: { message: 'things.size is of another type.' } },
    { status: 'fulfilled', value: false },
    { status: 'fulfilled', value: true },
    { status: 'fulfilled', value: true },
  ]);
  expect(sent).toHaveLength(1);
});

test('what the database refuses for another reason fails alone, and nothing is sent again', async () => {
  const { collection, sent } = aCollection({
    made: [3],
    errors: [
      { index: 0, code: 11000 },
      { index: 1, code: 17280 },
    ],
  });

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
