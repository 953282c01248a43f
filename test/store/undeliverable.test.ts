import { freshStore, type FreshStore } from '../support/fresh-store';

const now = new Date('2026-03-02T10:00:00Z');
const day = (number: number): Date => new Date(now.getTime() + number * 86_400_000);

describe('an address that mail came back from', () => {
  let store: FreshStore;
  beforeAll(async () => {
    store = await freshStore();
  });
  afterAll(() => store.close());

  const about = (at: Date, days = 30) => ({
    why: 'bounced' as const,
    status: '5.1.1',
    text: 'no such user',
    outbox: 'o-1',
    enquiry: 'e-1',
    channel: 'support',
    at,
    expiresAt: new Date(at.getTime() + days * 86_400_000),
    now: at,
  });

  test('is known however it is written, until its time is over', async () => {
    await store.undeliverable.remember('Tom@Customers.test', about(now));
    expect(await store.undeliverable.get('tom@customers.TEST', day(29))).toMatchObject({ _id: 'tom@customers.test' });
    expect(await store.undeliverable.get('tom@customers.test', day(30))).toBeNull();
    expect(await store.undeliverable.get('mia@customers.test', now)).toBeNull();
  });

  test('counts anew when mail comes back once more, and others whose time is over are forgotten', async () => {
    await store.undeliverable.remember('lea@customers.test', about(day(40)));
    await store.undeliverable.remember('ben@customers.test', about(day(50)));
    await store.undeliverable.remember('lea@customers.test', about(day(60)));
    expect(await store.undeliverable.get('lea@customers.test', day(75))).toMatchObject({ at: day(60) });
    expect((await store.undeliverable.list(day(61))).map(({ _id }) => _id)).toEqual([
      'lea@customers.test',
      'ben@customers.test',
    ]);
    expect((await store.undeliverable.list(now)).map(({ _id }) => _id)).not.toContain('tom@customers.test');
  });

  test('may have mail again once it is lifted, which other processes see within a second', async () => {
    const other = await store.again();
    expect(await other.undeliverable.get('ben@customers.test', day(61))).not.toBeNull();
    expect(await store.undeliverable.lift('ben@customers.test')).toMatchObject({ outbox: 'o-1' });
    expect(await store.undeliverable.get('ben@customers.test', day(61))).toBeNull();
    expect(await other.undeliverable.get('ben@customers.test', day(61))).toBeNull();
    expect(await store.undeliverable.lift('ben@customers.test')).toBeNull();
  });
});
