import { connect as tcpConnect, createServer, type AddressInfo, type Socket } from 'node:net';
import mongoose from 'mongoose';
import { openStore } from '../../store';
import { openCollection, type Definition, type Stored } from '../../store/database/collection';
import { createOperationCounts } from '../../store/database/operation-counts';
import { DiskFull, SchemaTooNew, StoreAway, WrongSecretKey } from '../../store/errors';
import { createHints, type Hint } from '../../store/hints';
import { createSecrets } from '../../store/secrets';

import { freshStore } from '../support/fresh-store';
import { testServers } from '../support/servers';
import { until } from '../support/until';

const now = new Date('2026-03-02T10:00:00Z');

describe('migrate', () => {
  test('may run again, by several at once', async () => {
    const store = await freshStore();
    const other = await store.again();

    await Promise.all([store.migrate(), other.migrate(), store.migrate()]);

    expect(await store.meta.get('schema')).toMatchObject({ number: 1 });
    await store.close();
  });

  test('refuses data of another secret key', async () => {
    const store = await freshStore();
    const other = await store.again({ secretKey: 'not the key it was made with' });

    await expect(other.migrate()).rejects.toThrow(WrongSecretKey);
    await store.close();
  });

  test('refuses data of a newer release', async () => {
    const store = await freshStore();
    await store.meta.raise('schema', 99);

    await expect(store.migrate()).rejects.toThrow(SchemaTooNew);
    await store.close();
  });
});

/** Stands between store and database, so that the database can go away and come back for this test alone. */
async function aLine(): Promise<{
  uri: string;
  cut: () => void;
  hang: () => void;
  mend: () => void;
  close: () => void;
}> {
  const target = new URL(testServers().mongoUri);
  let state: 'open' | 'cut' | 'hanging' = 'open';
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    if (state === 'cut') return void socket.destroy();
    const upstream = tcpConnect(Number(target.port), target.hostname);
    for (const one of [socket, upstream]) {
      sockets.add(one);
      one.on('error', () => one.destroy()).on('close', () => sockets.delete(one));
    }
    socket.on('data', (data) => state === 'open' && upstream.write(data));
    upstream.on('data', (data) => state === 'open' && socket.write(data));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const dropAll = (): void => sockets.forEach((socket) => socket.destroy());
  return {
    uri: `mongodb://127.0.0.1:${port}/?directConnection=true`,
    cut: () => {
      state = 'cut';
      dropAll();
    },
    hang: () => {
      state = 'hanging';
    },
    mend: () => {
      state = 'open';
      dropAll();
    },
    close: () => {
      dropAll();
      server.close();
    },
  };
}

describe('a database that is away', () => {
  const toClose: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of toClose.splice(0)) await close();
  });
  const limits = { serverSelectionTimeoutMS: 300, socketTimeoutMS: 300, heartbeatFrequencyMS: 500 };

  test('is told as StoreAway, by reads, writes, lists and ping, and is found again', async () => {
    const line = await aLine();
    const store = await freshStore({ uri: line.uri, limits });
    toClose.push(line.mend, store.close, line.close);
    line.cut();

    const asked = [
      store.messages.get('m-1'),
      store.messages.getMany(['m-1', 'm-2']),
      store.agents.hold('ann', 'e-1', now),
      store.counters.next('enquiry'),
      store.flows.saveDraft({ id: 'f', title: '', text: '', by: 'ann', now }),
      store.agents.list(),
      store.ping(),
    ];
    for (const outcome of await Promise.allSettled(asked)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { name: 'StoreAway' } });
    }
    await until('the heartbeat notices', () => !store.healthy());

    line.mend();
    await until('the heartbeat is answered again', () => store.healthy());
    expect(await store.messages.get('m-1')).toBeNull();
  });

  test('that accepts connections and never answers is told as StoreAway too', async () => {
    const line = await aLine();
    const store = await freshStore({ uri: line.uri, limits });
    toClose.push(line.mend, store.close, line.close);
    line.hang();

    await expect(store.messages.get('m-1')).rejects.toThrow(StoreAway);
    await expect(store.ping()).rejects.toThrow(StoreAway);
    expect(store.healthy()).toBe(false);

    line.mend();
    await until('the heartbeat is answered again', () => store.healthy());
  });

  test('is told at once when a store is opened', async () => {
    const ports = { database: 'none', dataDir: '/nowhere', secretKey: 'secret key of the tests', limits };

    await expect(openStore({ ...ports, uri: 'mongodb://127.0.0.1:1/' })).rejects.toThrow(StoreAway);
  });
});

describe('documents', () => {
  interface Thing extends Stored {
    name: string;
    seq: number;
  }
  const things: Definition<Thing> = { name: 'things', fields: { name: String, seq: Number } };

  async function open() {
    const store = await freshStore();
    const { uri, database } = store.opened;
    const connection = await mongoose.createConnection(uri, { dbName: database }).asPromise();
    const counts = createOperationCounts();
    const collection = openCollection(things, { connection, counts, creates: [] });
    const close = async (): Promise<void> => {
      await connection.close();
      await store.close();
    };
    return { collection, counts, close };
  }

  test('with a field nobody declared are refused, and take no other down that travelled with them', async () => {
    const { collection, close } = await open();
    const odd: Thing & { odd: number } = { _id: 'odd', name: 'odd', seq: 1, odd: 1, v: 1 };

    const outcomes = await Promise.allSettled([
      collection.insert('make', { _id: 'one', name: 'one', seq: 1, v: 1 }),
      collection.insert('make', odd),
      collection.insert('make', { _id: 'two', name: 'two', seq: 1, v: 1 }),
    ]);

    expect(outcomes.map((one) => one.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((await collection.getMany(['one', 'odd', 'two'])).map((one) => one._id)).toEqual(['one', 'two']);
    await expect(collection.update('odd', { _id: 'one' }, { $set: { odd: 1 } })).rejects.toThrow('odd');
    await expect(collection.update('odd', { _id: 'one', odd: 1 }, { $set: { name: 'x' } })).rejects.toThrow('odd');
    await close();
  });

  test('that are out of date are refused one by one, and the others that travelled with them are made', async () => {
    const { collection, close } = await open();
    const aThing = (_id: string, seq: number) => ({ _id, name: `${_id} ${seq}`, seq, v: 1 });
    await collection.keepNewest('keep', aThing('a', 5));

    const [, made] = await Promise.all([
      collection.keepNewest('keep', aThing('a', 5)),
      collection.insert('make', aThing('b', 1)),
      collection.keepNewest('keep', aThing('a', 4)),
      collection.keepNewest('keep', aThing('c', 1)),
    ]);

    expect(made).toBe(true);
    expect((await collection.getMany(['a', 'b', 'c'])).map((one) => one.name)).toEqual(['a 5', 'b 1', 'c 1']);
    await collection.keepNewest('keep', aThing('a', 6));
    expect(await collection.get('a')).toMatchObject({ name: 'a 6' });
    await close();
  });

  test('asked for at the same time travel in one command, and each asker gets one of his own', async () => {
    const { collection, counts, close } = await open();
    await Promise.all(['a', 'b', 'c'].map((_id) => collection.insert('make', { _id, name: _id, seq: 1, v: 1 })));
    expect(counts.figures()).toMatchObject({ writes: 1, documentsWritten: 3 });

    const [one, same, other, none] = await Promise.all(['a', 'a', 'b', 'none'].map((id) => collection.get(id)));
    if (one) one.name = 'changed';

    expect(counts.figures()).toMatchObject({ reads: 1, documentsRead: 4, byCollection: { things: { reads: 1 } } });
    expect([same?.name, other?.name, none]).toEqual(['a', 'b', null]);
    counts.reset();
    expect(counts.figures()).toMatchObject({ reads: 0, writes: 0, byCollection: {} });
    await close();
  });
});

test('every write passes its fail point by name, after it was made', async () => {
  const points: string[] = [];
  const store = await freshStore({
    failAt: (point) => {
      points.push(point);
    },
  });
  points.length = 0;

  await store.agents.save({ id: 'ann', name: 'Ann', capacity: 1 }, now);
  await store.agents.hold('ann', 'e-1', now);
  await store.blobs.put(Buffer.from('x'));
  await store.decisions.get('e-1:1');

  expect(points).toEqual(['agents.save', 'agents.hold', 'blobs.put']);
  await store.close();
});

test('a full disk is told as DiskFull through the store', async () => {
  const store = await freshStore({
    writeBlob: () => Promise.reject(Object.assign(new Error('no room'), { code: 'ENOSPC' })),
  });

  await expect(store.blobs.put(Buffer.from('x'))).rejects.toThrow(DiskFull);
  await store.close();
});

const changedAt = (place: number, text: string): string =>
  text.slice(0, place) + (text[place] === 'A' ? 'B' : 'A') + text.slice(place + 1);

describe('secrets', () => {
  const secrets = createSecrets('a key of many characters');

  test('are sealed anew each time and open to the same text', () => {
    const [one, two] = [secrets.seal('pässword'), secrets.seal('pässword')];

    expect(one).not.toBe(two);
    expect(one).not.toContain('pässword');
    expect([secrets.open(one), secrets.open(two)]).toEqual(['pässword', 'pässword']);
    expect(secrets.open(secrets.seal(''))).toBe('');
  });

  test.each([
    ['another key', () => createSecrets('another key of as many').open(secrets.seal('x'))],
    ['a changed seal', () => secrets.open(changedAt(20, secrets.seal('x')))],
    ['a cut seal', () => secrets.open(secrets.seal('x').slice(0, 12))],
    ['no seal at all', () => secrets.open('')],
    ['a key too short', () => createSecrets('short')],
  ])('are not opened with %s', (_, open) => {
    expect(open).toThrow(WrongSecretKey);
  });

  test('give digests that differ by purpose and by key', () => {
    const other = createSecrets('another key of as many');

    expect(secrets.digest('contact', 'eve')).toBe(secrets.digest('contact', 'eve'));
    expect(new Set([secrets, other].flatMap((one) => ['a', 'b'].map((use) => one.digest(use, 'eve')))).size).toBe(4);
    expect(secrets.derive('mail')).toMatch(/^[0-9a-f]{64}$/);
  });
});

test('a hint reaches everybody who listens, until he stops', () => {
  const hints = createHints();
  const heard: Hint[][] = [[], []];
  const [stopFirst] = heard.map((into) => hints.listen((hint) => into.push(hint)));

  hints.tell({ about: 'enquiry', id: 'e-1' });
  stopFirst?.();
  hints.tell({ about: 'offers', agent: 'ann' });

  expect(heard.map((into) => into.map((hint) => hint.about))).toEqual([['enquiry'], ['enquiry', 'offers']]);
});
