import { freshStore, type FreshStore } from '../support/fresh-store';

let store: FreshStore;
const now = new Date('2026-03-02T10:00:00Z');
const later = (ms: number): Date => new Date(now.getTime() + ms);

beforeEach(async () => {
  store = await freshStore();
});
afterEach(() => store.close());

test('500 numbers asked for at once by two processes are all different', async () => {
  const other = await store.again();

  const numbers = await Promise.all(
    Array.from({ length: 500 }, (_, i) => (i % 2 ? store : other).counters.next('enquiry')),
  );

  expect(new Set(numbers).size).toBe(500);
  expect(Math.min(...numbers)).toBe(1);
  expect(Math.max(...numbers)).toBeLessThanOrEqual(520);
});

test('numbers come in a row within a process, and never again after a restart', async () => {
  expect([await store.counters.next('e'), await store.counters.next('e')]).toEqual([1, 2]);
  const restarted = await store.again();

  expect(await restarted.counters.next('e')).toBe(21);
});

test('numbers that a process did not use are given back when it ends, and nobody else has taken more', async () => {
  const one = await store.again();
  expect([await one.counters.next('e'), await one.counters.next('e')]).toEqual([1, 2]);
  await one.close();
  const next = await store.again();
  expect(await next.counters.next('e')).toBe(3);
  expect(await store.counters.next('e')).toBe(23);

  await next.close();

  expect(await store.counters.next('e')).toBe(24);
  expect(await (await store.again()).counters.next('e')).toBe(43);
});

test('what is noted twice is counted once, also when it is noted again after it was counted', async () => {
  const note = (key: string) => store.figures.note(key, '2026-03-02', ['accepted', 'accepted-ann'], now);
  await Promise.all([note('e-1:4'), note('e-1:4'), note('e-2:4')]);
  await store.figures.drain(now);
  await note('e-1:4');
  await store.figures.drain(later(1_000));

  expect(await store.figures.pages(['2026-03-01', '2026-03-02'])).toMatchObject([
    { _id: '2026-03-02', figures: { accepted: 2, 'accepted-ann': 2 } },
  ]);
});

test.each(['uncounted.batch', 'dayPages.add'])(
  'a crash after %s counts nothing twice and loses nothing',
  async (point) => {
    const crashing = await store.again({
      failAt: (name) => {
        if (name === point) throw new Error('crash');
      },
    });
    await store.figures.note('e-1:4', '2026-03-02', ['accepted'], now);
    await store.figures.note('e-2:4', '2026-03-03', ['accepted'], now);
    await expect(crashing.figures.drain(now)).rejects.toThrow('crash');
    await store.figures.note('e-3:4', '2026-03-03', ['accepted'], now);

    await store.figures.drain(now);
    await store.figures.drain(later(1_000_000));

    const pages = await store.figures.pages(['2026-03-02', '2026-03-03']);
    expect(pages.map((page) => page.figures['accepted'])).toEqual([1, 2]);
  },
);

test('two processes that drain at once count everything once', async () => {
  const other = await store.again();
  await Promise.all(
    Array.from({ length: 100 }, (_, i) => store.figures.note(`e-${i}:1`, '2026-03-02', ['started'], now)),
  );

  await Promise.all([store, other, store, other].map((one) => one.figures.drain(now)));
  await store.figures.drain(now);

  expect((await store.figures.pages(['2026-03-02']))[0]?.figures['started']).toBe(100);
});

test('refusals are counted by day, reason and source', async () => {
  const refusal = { day: '2026-03-02', reason: 'unknown-recipient', source: '192.0.2.1', now };
  await Promise.all(Array.from({ length: 30 }, () => store.refusals.add(refusal)));
  await store.refusals.add({ ...refusal, source: '2001:db8::1', now: later(5) });

  expect(await store.refusals.ofDay('2026-03-02')).toMatchObject([
    { source: '192.0.2.1', count: 30 },
    { source: '2001:db8::1', count: 1, lastAt: later(5) },
  ]);
});

test('a figure whose name could be two fields is refused', async () => {
  await expect(store.figures.note('e-1:1', '2026-03-02', ['accepted.ann'], now)).rejects.toThrow(TypeError);
});
