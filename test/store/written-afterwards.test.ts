import { createAfterwards } from '../../store/database/afterwards';
import { StoreAway } from '../../store/errors';
import type { Settlement } from '../../store/ledger';
import { freshStore, type FreshStore } from '../support/fresh-store';
import { anOpening, aRecord, aState, later, now } from './enquiry-documents';

// What a process that does all the work writes a moment later, and that nobody who asks it can tell.

let store: FreshStore;
beforeAll(async () => {
  store = await freshStore({ alone: true });
});
afterAll(() => store.close());

const envelope = { from: null, to: [], ip: null, helo: null, tls: false };
const started = (enquiry: string): Settlement => ({
  verdict: 'started',
  reason: null,
  enquiry,
  message: `m-${enquiry}`,
});
const aDelivery = (id: string) => ({
  _id: `smtp:${id}`,
  channel: 'support',
  source: { kind: 'smtp' as const, server: '192.0.2.1', envelope },
  blob: 'b'.repeat(64),
  bytes: 1,
  receivedAt: now,
});
const aSender = (id: string) => ({
  address: `${id}@example.org`,
  name: `Eve ${id}`,
  by: `smtp:${id}`,
  enquiry: id,
  now,
});

/** All that is written of a mail that starts an enquiry, up to its first record. */
async function takeIn(id: string, into: Pick<FreshStore, 'ledger' | 'contacts' | 'enquiries'> = store): Promise<void> {
  const { entry } = await into.ledger.offer(aDelivery(id), true);
  await into.contacts.keepSender(aSender(id));
  await into.enquiries.create(anOpening(id, { by: entry._id }), { later: true });
  await into.enquiries.record(aRecord(id, 1));
  await into.ledger.settle(entry, started(id), now);
}

describe('of mails that start enquiries', () => {
  test('verdicts, contacts and first lines of lists are written together, and before their entries leave the unsettled', async () => {
    const ids = Array.from({ length: 10 }, (_, index) => `many-${index}`);
    for (const id of ids) await takeIn(id);
    store.operations.reset();

    await store.ledger.flush();

    const { byCollection } = store.operations.figures();
    const writes = Object.fromEntries(Object.entries(byCollection).map(([name, { writes }]) => [name, writes]));
    expect(writes).toEqual({ contacts: 1, ledger: 1, openEnquiries: 1, unsettled: 1 });
    const other = await store.again();
    for (const id of ids) {
      expect(await other.ledger.get(`smtp:${id}`)).toMatchObject({ verdict: 'started', enquiry: id, offers: 1 });
      expect(await other.contacts.byAddress(`${id}@example.org`)).toMatchObject({ enquiries: [id] });
      expect(await other.enquiries.open.get(id)).toMatchObject({ seq: 1, status: 'ringing' });
    }
    expect(await other.ledger.unsettledOlderThan(later(1))).toEqual([]);
  });

  test('whoever asks this process finds at once what it has not written yet', async () => {
    await takeIn('asked');

    expect(await store.ledger.get('smtp:asked')).toMatchObject({ verdict: 'started' });
    await takeIn('asked-2');
    expect(await store.ledger.find({ enquiry: 'asked-2' })).toMatchObject([{ verdict: 'started' }]);
    await takeIn('asked-3');
    expect(await store.contacts.byAddress('asked-3@example.org')).toMatchObject({ lastName: 'Eve asked-3' });
    await takeIn('asked-4');
    expect(await store.enquiries.open.list({})).toContainEqual(expect.objectContaining({ _id: 'asked-4', seq: 1 }));
  });

  test('what a dead process had not written is made again by whoever settles its entry', async () => {
    const dead = await store.again({ alone: true });
    await takeIn('dead', dead);
    const [entry] = (await store.ledger.unsettledOlderThan(later(1))).filter(({ _id }) => _id === 'smtp:dead');
    expect(entry).toMatchObject({ verdict: null });

    if (entry) await store.contacts.keepSender(aSender('dead'));
    if (entry) await store.ledger.settle(entry, started('dead'), now);
    await store.ledger.flush();

    expect(await store.ledger.get('smtp:dead')).toMatchObject({ verdict: 'started', offers: 1 });
    expect(await store.enquiries.open.get('dead')).toMatchObject({ seq: 1, status: 'ringing' });
    expect(await store.contacts.byAddress('dead@example.org')).not.toBeNull();
  });

  test('no verdict is in the store before the contact of its mail', async () => {
    const points: string[] = [];
    const watched = await store.again({ alone: true, failAt: (point) => void points.push(point) });
    await takeIn('order', watched);
    await watched.ledger.flush();
    const { entry } = await watched.ledger.offer(aDelivery('refused'), true);
    await watched.contacts.keepSender(aSender('refused'));
    await watched.ledger.settle(entry, { verdict: 'refused', reason: 'thread closed' }, now);

    const order = points.filter((point) =>
      ['contacts.upsertBySender', 'ledger.settle', 'unsettled.leave'].includes(point),
    );
    expect(order).toEqual([
      'contacts.upsertBySender',
      'ledger.settle',
      'unsettled.leave',
      'contacts.upsertBySender',
      'ledger.settle',
    ]);
  });

  test('an enquiry that closes before its first line was written is not in the lists', async () => {
    const { entry } = await store.ledger.offer(aDelivery('short'), true);
    await store.enquiries.create(anOpening('short', { by: entry._id }), { later: true });
    await store.enquiries.record(aRecord('short', 1));
    await store.enquiries.record(aRecord('short', 2, { state: aState({ seq: 2, status: 'closed', closedAt: 1 }) }));
    await store.ledger.settle(entry, started('short'), now);

    expect(await store.enquiries.open.list({})).not.toContainEqual(expect.objectContaining({ _id: 'short' }));
    await store.ledger.flush();
    expect(await store.enquiries.open.get('short')).toBeNull();
  });

  test('a record after the entry has left is in the lists at once, for everybody', async () => {
    await takeIn('later');
    await store.ledger.flush();

    await store.enquiries.record(aRecord('later', 2));

    expect(await (await store.again()).enquiries.open.get('later')).toMatchObject({ seq: 2 });
  });
});

describe('a verdict that waits', () => {
  test('counts offers that come meanwhile', async () => {
    await takeIn('again');
    await store.ledger.offer(aDelivery('again'), true);
    expect(await store.ledger.offer(aDelivery('again'))).toMatchObject({ first: false, entry: { verdict: 'started' } });

    await store.ledger.flush();

    expect(await store.ledger.get('smtp:again')).toMatchObject({ verdict: 'started', offers: 3 });
    expect((await store.ledger.unsettledOlderThan(later(1))).map(({ _id }) => _id)).not.toContain('smtp:again');
  });

  test('replaces that of a process which kept the mail back, and leaves it in the history', async () => {
    const other = await store.again();
    const { entry } = await other.ledger.offer(aDelivery('both'), true);
    await store.enquiries.create(anOpening('both', { by: entry._id }), { later: true });
    await store.ledger.settle(entry, started('both'), now);
    await other.ledger.settle(entry, { verdict: 'held', reason: 'no flow' }, now);

    await store.ledger.flush();

    expect(await other.ledger.get('smtp:both')).toMatchObject({
      verdict: 'started',
      enquiry: 'both',
      history: [{ verdict: 'held', by: 'intake' }],
    });
    expect(await other.enquiries.open.get('both')).not.toBeNull();
    expect((await other.ledger.unsettledOlderThan(later(1))).map(({ _id }) => _id)).not.toContain('smtp:both');
  });

  test('says nothing of an entry that was released since', async () => {
    const other = await store.again();
    const { entry } = await other.ledger.offer(aDelivery('released'), true);
    await other.ledger.settle(entry, { verdict: 'held', reason: 'no flow' }, now);
    await other.ledger.release({ id: 'smtp:released', from: 'held', by: 'ann', now });
    await store.ledger.settle(entry, started('released'), now);

    await store.ledger.flush();

    expect(await other.ledger.get('smtp:released')).toMatchObject({ verdict: null, history: [{ verdict: 'held' }] });
    expect((await other.ledger.unsettledOlderThan(later(1))).map(({ _id }) => _id)).toContain('smtp:released');
  });
});

describe('writes that wait', () => {
  test('wait on while the database is away, and whoever reads hears of it', async () => {
    const written: string[] = [];
    let away = true;
    const waiting = createAfterwards<string>(async (items) => {
      if (away) throw new StoreAway();
      written.push(...items);
    });
    waiting.add('one');
    await expect(waiting.flush()).rejects.toThrow(StoreAway);
    waiting.add('two');
    away = false;

    await waiting.flush();

    expect(written).toEqual(['one', 'two']);
  });

  test('are not taken down by one that cannot be written', async () => {
    const written: string[] = [];
    const waiting = createAfterwards<string>(async (items) => {
      if (items.includes('broken')) throw new Error('too large');
      written.push(...items);
    });
    for (const item of ['one', 'broken', 'two']) waiting.add(item);

    await expect(waiting.flush()).rejects.toThrow('too large');
    await waiting.flush();

    expect(written).toEqual(['one', 'two']);
  });
});
