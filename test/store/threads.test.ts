import { threadKeyId, type ThreadKey } from '../../store/thread-keys';
import { freshStore, type FreshStore } from '../support/fresh-store';

let store: FreshStore;
const now = new Date('2026-03-02T10:00:00Z');

beforeAll(async () => {
  store = await freshStore();
});
afterAll(() => store.close());

function aKey(messageId: string, enquiry: string, changes: Partial<ThreadKey> = {}): ThreadKey {
  const _id = threadKeyId('support', messageId);
  return { _id, enquiry, guess: false, by: `ledger-of-${enquiry}`, contentHash: 'hash', v: 1, ...changes };
}

test('of 40 mails that claim one Message-ID at once exactly one holds it, and all are told who', async () => {
  const claims = await Promise.all(
    Array.from({ length: 40 }, (_, index) => store.threadKeys.claim([aKey('<race@x>', `e-${index}`)])),
  );

  const winners = claims.flat().filter((one) => one.mine);
  expect(winners).toHaveLength(1);
  expect(new Set(claims.flat().map((one) => one.key.enquiry))).toEqual(new Set([winners[0]?.key.enquiry]));
});

test('a second run of the same mail knows its own claim', async () => {
  await store.threadKeys.claim([aKey('<own@x>', 'e-1')]);

  expect(await store.threadKeys.claim([aKey('<own@x>', 'e-1')])).toMatchObject([{ mine: true }]);
});

test('claims of several ids come back in the order given', async () => {
  await store.threadKeys.claim([aKey('<taken@x>', 'e-old')]);

  const claimed = await store.threadKeys.claim(['<new@x>', '<taken@x>', '<named@x>'].map((id) => aKey(id, 'e-new')));

  expect(claimed.map((one) => [one.key.enquiry, one.mine])).toEqual([
    ['e-new', true],
    ['e-old', false],
    ['e-new', true],
  ]);
});

test('keys with any characters are found, in the order asked', async () => {
  const odd = ['<$a.b|c@x>', '<"quoted id"@x.$y>', `<${'long'.repeat(500)}@x>`];
  await store.threadKeys.claim(odd.map((id, index) => aKey(id, `e-${index}`)));

  const found = await store.threadKeys.lookUp(
    [odd[2] ?? '', '<none@x>', odd[0] ?? ''].map((id) => threadKeyId('support', id)),
  );

  expect(found.map((one) => one.enquiry)).toEqual(['e-2', 'e-0']);
});

test('the same Message-ID on another channel is another key', async () => {
  await store.threadKeys.claim([aKey('<two@x>', 'e-1')]);

  const claimed = await store.threadKeys.claim([aKey('<two@x>', 'e-2', { _id: threadKeyId('sales', '<two@x>') })]);
  expect(claimed).toMatchObject([{ mine: true }]);
});

test('a guess becomes certain once, when its mail comes', async () => {
  const [guess] = await store.threadKeys.claim([aKey('<parent@x>', 'e-1', { guess: true, contentHash: null })]);
  const id = guess?.key._id ?? '';

  expect(await store.threadKeys.confirm(id, 'ledger-2', 'hash-2')).toMatchObject({ guess: false, by: 'ledger-2' });
  expect(await store.threadKeys.confirm(id, 'ledger-3', 'hash-3')).toBeNull();
});

test('a thread moves by compare-and-set: of ten movers to ten enquiries one wins', async () => {
  const key = aKey('<move@x>', 'e-old');
  await store.threadKeys.claim([key]);

  const moved = await Promise.all(
    Array.from({ length: 10 }, (_, index) => store.threadKeys.move(key._id, 'e-old', `e-new-${index}`)),
  );

  expect(moved.filter(Boolean)).toHaveLength(1);
  const [stands] = await store.threadKeys.lookUp([key._id]);
  expect(await store.threadKeys.move(key._id, 'e-old', stands?.enquiry ?? '')).toBe(true);
});

const aSender = (address: string, by: string) => ({ address, name: 'Eve Example', by, enquiry: `e-${by}`, now });

test('a sender becomes a contact once, with the full name as last name', async () => {
  const made = await Promise.all(
    Array.from({ length: 20 }, (_, index) => store.contacts.upsertBySender(aSender('Eve@Example.org', `l${index}`))),
  );

  expect(made.filter((one) => !one.known)).toHaveLength(1);
  const contact = await store.contacts.byAddress('eve@example.ORG ');
  expect(contact).toMatchObject({ addresses: ['eve@example.org'], firstName: '', lastName: 'Eve Example' });
  expect(contact?.enquiries).toHaveLength(20);
});

test('a second run of the mail that made a contact finds it not known before', async () => {
  await store.contacts.upsertBySender(aSender('new@example.org', 'l-1'));

  expect((await store.contacts.upsertBySender(aSender('new@example.org', 'l-1'))).known).toBe(false);
  expect((await store.contacts.upsertBySender(aSender('new@example.org', 'l-2'))).known).toBe(true);
});

test('what an agent edited is kept when the sender writes again', async () => {
  const { contact } = await store.contacts.upsertBySender(aSender('kept@example.org', 'l-1'));
  await store.contacts.change(contact._id, {
    fields: { firstName: 'Kay', lastName: 'Kept' },
    by: 'ann',
    now: new Date(),
  });

  const again = await store.contacts.upsertBySender(aSender('kept@example.org', 'l-2'));

  expect(again.contact).toMatchObject({ firstName: 'Kay', lastName: 'Kept' });
});

test('the id of a contact tells nothing of the address without the key', async () => {
  const other = await freshStore({ secretKey: 'another key than in the tests' });

  expect(store.contacts.idOf('eve@example.org')).toMatch(/^c-[0-9a-f]{32}$/);
  expect(other.contacts.idOf('eve@example.org')).not.toBe(store.contacts.idOf('eve@example.org'));
  await other.close();
});
