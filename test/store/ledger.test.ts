import type { LedgerEntry, OfferedDelivery, Settlement } from '../../store/ledger';
import { freshStore, type FreshStore } from '../support/fresh-store';

let store: FreshStore;
const now = new Date('2026-03-02T10:00:00Z');
const later = (ms: number): Date => new Date(now.getTime() + ms);

beforeAll(async () => {
  store = await freshStore();
});
afterAll(() => store.close());

function aDelivery(id: string, changes: Partial<OfferedDelivery> = {}): OfferedDelivery {
  const envelope = { from: 'eve@example.org', to: ['support@localhost'], ip: '192.0.2.1', helo: 'mx', tls: false };
  const source = { kind: 'smtp', server: '192.0.2.1', envelope } as const;
  return { _id: id, channel: 'support', source, blob: 'b'.repeat(64), bytes: 1200, receivedAt: now, ...changes };
}
const started: Settlement = { verdict: 'started', reason: null, enquiry: 'e-1', message: 'm-1', kind: 'person' };

async function settled(id: string, settlement: Settlement = started): Promise<LedgerEntry> {
  const { entry } = await store.ledger.offer(aDelivery(id));
  return store.ledger.settle(entry, settlement, now);
}

test('the same delivery offered 50 times at once is one entry with 50 offers', async () => {
  const offers = await Promise.all(Array.from({ length: 50 }, () => store.ledger.offer(aDelivery('smtp:fifty'))));

  expect(offers.filter((one) => one.first)).toHaveLength(1);
  expect(await store.ledger.get('smtp:fifty')).toMatchObject({ offers: 50, verdict: null });
});

test('settling twice with two verdicts keeps the first, and one entry', async () => {
  const { entry } = await store.ledger.offer(aDelivery('smtp:twice'));

  const [one, other] = await Promise.all([
    store.ledger.settle(entry, started, now),
    store.ledger.settle(entry, { verdict: 'quarantined', reason: 'time' }, now),
  ]);

  expect(one.verdict).toBe(other.verdict);
  expect(await store.ledger.get('smtp:twice')).toMatchObject({ verdict: one.verdict, offers: 1 });
  await store.ledger.flush();
  expect(await store.ledger.get('smtp:twice')).toMatchObject({ verdict: one.verdict, offers: 1 });
});

test('a settled delivery offered again counts and keeps its verdict', async () => {
  await settled('smtp:again');

  const again = await store.ledger.offer(aDelivery('smtp:again'));

  expect(again).toMatchObject({ first: false, entry: { verdict: 'started', offers: 2 } });
});

test('offers that come while an entry is being settled are not lost', async () => {
  const { entry } = await store.ledger.offer(aDelivery('smtp:meanwhile'));
  await store.ledger.offer(aDelivery('smtp:meanwhile'), true);
  await store.ledger.settle(entry, started, now);
  await store.ledger.offer(aDelivery('smtp:meanwhile'), true);

  await store.ledger.flush();

  expect(await store.ledger.get('smtp:meanwhile')).toMatchObject({ verdict: 'started', offers: 3 });
  expect(await store.ledger.unsettledOlderThan(later(1))).not.toContainEqual(
    expect.objectContaining({ _id: 'smtp:meanwhile' }),
  );
});

test('late offers that two processes move over at once are counted once', async () => {
  const other = await store.again();
  const ids = Array.from({ length: 30 }, (_, i) => `smtp:both-${i}`);
  for (const id of ids) {
    const { entry } = await store.ledger.offer(aDelivery(id));
    await store.ledger.offer(aDelivery(id), true);
    await Promise.all([store, other].map((one) => one.ledger.settle(entry, started, now)));
  }

  await Promise.all([store, other].map((one) => one.ledger.flush()));

  const entries = await Promise.all(ids.map((id) => store.ledger.get(id)));
  expect(entries.map((one) => one?.offers)).toEqual(ids.map(() => 2));
});

test('a crash while late offers move over counts them once', async () => {
  const crashing = await store.again({
    failAt: (point) => {
      if (point === 'ledger.moveOffers') throw new Error('crash');
    },
  });
  const { entry } = await crashing.ledger.offer(aDelivery('smtp:crash'));
  await crashing.ledger.offer(aDelivery('smtp:crash'), true);
  await crashing.ledger.settle(entry, started, now);
  await crashing.ledger.flush();

  await store.ledger.unsettledOlderThan(later(1));
  await store.ledger.flush();

  expect(await store.ledger.get('smtp:crash')).toMatchObject({ offers: 2, moved: 2 });
});

test('facts found while settling can be kept; a settled entry refuses them', async () => {
  await store.ledger.offer(aDelivery('smtp:facts'));
  expect(await store.ledger.note('smtp:facts', { messageId: '<1@x>', from: 'eve@example.org' })).toBe(true);
  expect(await store.ledger.get('smtp:facts')).toMatchObject({ messageId: '<1@x>' });

  await settled('smtp:facts-done');
  await store.ledger.flush();
  expect(await store.ledger.note('smtp:facts-done', { messageId: '<1@x>' })).toBe(false);
});

test('only entries without a verdict that are old enough are given to the clock, oldest first', async () => {
  const other = await freshStore();
  await other.ledger.offer(aDelivery('young', { receivedAt: later(50_000) }));
  await other.ledger.offer(aDelivery('old', { receivedAt: later(2_000) }));
  await other.ledger.offer(aDelivery('oldest', { receivedAt: now }));
  const { entry } = await other.ledger.offer(aDelivery('done', { receivedAt: now }));
  await other.ledger.settle(entry, started, now);

  const found = await other.ledger.unsettledOlderThan(later(30_000));

  expect(found.map((one) => one._id)).toEqual(['oldest', 'old']);
  await other.close();
});

test('a replaced verdict stays in the history, and only one of two replacements wins', async () => {
  await settled('smtp:held', { verdict: 'held', reason: 'no flow', enquiry: null });
  const to: Settlement = { ...started, enquiry: 'e-9' };
  const change = { id: 'smtp:held', from: 'held', to, by: 'ann', now: later(1_000) } as const;

  const changes = await Promise.all([store.ledger.changeVerdict(change), store.ledger.changeVerdict(change)]);

  expect(changes.filter(Boolean)).toHaveLength(1);
  expect(await store.ledger.get('smtp:held')).toMatchObject({
    verdict: 'started',
    enquiry: 'e-9',
    history: [{ verdict: 'held', reason: 'no flow', by: 'ann' }],
  });
});

test('entries are found by address, Message-ID, enquiry and time, settled or not, newest first', async () => {
  const other = await freshStore();
  const found = async (search: Parameters<typeof other.ledger.find>[0]): Promise<string[]> =>
    (await other.ledger.find(search)).map((one) => one._id);
  for (const [id, at] of [
    ['first', 0],
    ['second', 5_000],
  ] as const) {
    const { entry } = await other.ledger.offer(aDelivery(id, { receivedAt: later(at) }));
    await other.ledger.settle(entry, { ...started, from: 'eve@example.org', messageId: `<${id}@x>` }, now);
  }
  await other.ledger.offer(aDelivery('third', { receivedAt: later(9_000) }));
  await other.ledger.note('third', { from: 'eve@example.org' });

  expect(await found({ address: 'Eve@Example.org' })).toEqual(['third', 'second', 'first']);
  expect(await found({ messageId: '<first@x>' })).toEqual(['first']);
  expect(await found({ enquiry: 'e-1', since: later(1_000) })).toEqual(['second']);
  expect(await found({ until: later(1_000) })).toEqual(['first']);
  expect(await found({ address: 'eve@example.org', limit: 1 })).toEqual(['third']);
  await other.close();
});

test('entries of several enquiries are found in one look, newest first', async () => {
  for (const [index, enquiry] of ['of-1', 'of-2', 'of-3'].entries()) {
    const { entry } = await store.ledger.offer(aDelivery(`smtp:${enquiry}`, { receivedAt: later(index * 1000) }));
    await store.ledger.settle(entry, { ...started, enquiry }, now);
  }

  const found = await store.ledger.ofEnquiries(['of-1', 'of-3', 'of-none']);

  expect(found.map((one) => one._id)).toEqual(['smtp:of-3', 'smtp:of-1']);
  expect(await store.ledger.ofEnquiries([])).toEqual([]);
});

test('the sum of offers over all verdicts is what was offered', async () => {
  const other = await freshStore();
  const offered = ['a', 'a', 'b', 'c', 'c', 'c'];
  for (const id of offered) await other.ledger.offer(aDelivery(id));
  for (const id of ['a', 'b']) {
    const { entry } = { entry: await other.ledger.get(id) };
    if (entry) await other.ledger.settle(entry, { verdict: 'blocked', reason: null }, now);
  }

  const rows = await other.ledger.countByVerdict(now, later(1));

  expect(rows).toHaveLength(2);
  expect(rows).toContainEqual({ verdict: 'blocked', entries: 2, offers: 3 });
  expect(rows).toContainEqual({ verdict: null, entries: 1, offers: 3 });
  await other.close();
});

test('a released entry waits to be settled again, keeps its offers, and has the old verdict in its history', async () => {
  const other = await freshStore();
  const { entry } = await other.ledger.offer(aDelivery('smtp:release'));
  await other.ledger.offer(aDelivery('smtp:release'));
  await other.ledger.settle(entry, { verdict: 'held', reason: 'no flow' }, now);

  const releases = await Promise.all(
    [1, 2].map(() => other.ledger.release({ id: 'smtp:release', from: 'held', by: 'ann', now: later(1) })),
  );
  await other.ledger.offer(aDelivery('smtp:release'));

  expect(releases.filter(Boolean)).toHaveLength(1);
  const [waiting] = await other.ledger.unsettledOlderThan(later(1));
  expect(waiting).toMatchObject({ _id: 'smtp:release', verdict: null, offers: 3, history: [{ verdict: 'held' }] });
  expect(await other.ledger.countByVerdict(now, later(1))).toEqual([{ verdict: null, entries: 1, offers: 3 }]);

  if (waiting) await other.ledger.settle(waiting, started, later(2));
  await other.ledger.flush();
  expect(await other.ledger.get('smtp:release')).toMatchObject({ verdict: 'started', offers: 3 });
  expect(await other.ledger.unsettledOlderThan(later(1))).toEqual([]);
  await other.close();
});

test('an entry that is released while its settling is still clearing away is not lost, and an earlier run does not settle it', async () => {
  const other = await store.again();
  const { entry } = await other.ledger.offer(aDelivery('smtp:released'));
  await other.ledger.settle(entry, { ...started, verdict: 'joined' }, now);
  const release = { id: 'smtp:released', from: 'joined', by: 'enquiry', now } as const;

  // Another process releases it before the first has cleared it away.
  await store.ledger.release(release);
  await other.ledger.flush();

  const open = await store.ledger.unsettledOlderThan(later(60_000));
  expect(open.find((one) => one._id === 'smtp:released')).toMatchObject({
    verdict: null,
    history: [{ by: 'enquiry' }],
  });
  expect((await other.ledger.settle(entry, { ...started, verdict: 'joined' }, now)).verdict).toBeNull();
  const released = await store.ledger.get('smtp:released');
  if (released) await store.ledger.settle(released, started, now);
  await store.ledger.flush();
  expect(await store.ledger.get('smtp:released')).toMatchObject({ verdict: 'started', offers: 1 });
  expect(await store.ledger.unsettledOlderThan(later(60_000))).not.toContainEqual(
    expect.objectContaining({ _id: 'smtp:released' }),
  );
});
