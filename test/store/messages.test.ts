import { BlobMissing } from '../../store/errors';
import type { Message } from '../../store/messages';
import { freshStore, type FreshStore } from '../support/fresh-store';

let store: FreshStore;
const now = new Date('2026-03-02T10:00:00Z');

beforeAll(async () => {
  store = await freshStore();
});
afterAll(() => store.close());

function aMessage(id: string, changes: Partial<Message> = {}): Message {
  const addresses = { from: { address: 'eve@example.org', name: 'Eve' }, to: [], cc: [], replyTo: [] };
  const bodies = { text: 'Where is my order?', newText: 'Where is my order?', html: null, bodyBlob: null };
  return {
    _id: id,
    enquiry: 'e-1',
    channel: 'support',
    direction: 'in',
    ...addresses,
    ...bodies,
    subject: 'Order',
    date: null,
    at: now,
    attachments: [],
    messageId: `<${id}@example.org>`,
    inReplyTo: [],
    references: [],
    kind: 'person',
    automatic: false,
    noAutoReply: false,
    facts: null,
    authentication: { 'header.from': 'example.org', $odd: true },
    contact: 'c-1',
    ledger: 'smtp:1',
    outbox: null,
    author: null,
    otherSender: false,
    delivery: null,
    warnings: [],
    blob: null,
    v: 1,
    ...changes,
  };
}

test('a message kept twice is kept once, as the first was', async () => {
  const kept = await Promise.all(
    ['first', 'second'].map((subject) => store.messages.insert(aMessage('m-once', { subject }))),
  );

  expect(kept.filter(Boolean)).toHaveLength(1);
  expect(await store.messages.get('m-once')).toMatchObject({ subject: kept[0] ? 'first' : 'second' });
});

test('a message comes back as it was, odd characters and keys with it', async () => {
  const message = aMessage('m-odd', {
    subject: 'NUL \0, lone \ud800 and 🦊',
    text: '$set: {"a.b": 1}',
    warnings: ['x'],
  });
  await store.messages.insert(message);

  expect(await store.messages.get('m-odd')).toEqual({ ...message, subject: 'NUL \0, lone \ufffd and 🦊' });
});

test('a body above 200 kB stands in a blob and comes back with the message', async () => {
  const text = 'long '.repeat(60_000);
  await store.messages.insert(aMessage('m-long', { text, newText: text, html: `<p>${text}</p>` }));

  const [message] = await store.messages.getMany(['m-long']);

  expect(message?.bodyBlob).toMatch(/^[0-9a-f]{64}$/);
  expect(message).toMatchObject({ text, newText: text, html: `<p>${text}</p>` });
  await expect(store.blobs.get('0'.repeat(64))).rejects.toThrow(BlobMissing);
});

test('messages come in the order asked, without those that are not there', async () => {
  for (const id of ['m-1', 'm-2', 'm-3']) await store.messages.insert(aMessage(id));

  expect((await store.messages.getMany(['m-3', 'm-none', 'm-1', 'm-3'])).map((one) => one._id)).toEqual(['m-3', 'm-1']);
});

test('what a flow asks for again and again is read once, but for a mail too long to be remembered', async () => {
  await store.messages.insert(aMessage('m-short', { direction: 'in' }));
  await store.messages.insert(aMessage('m-long', { direction: 'in', text: 'a'.repeat(60_000) }));
  store.operations.reset();

  for (const id of ['m-short', 'm-short', 'm-long']) expect((await store.messages.getInbound(id))?._id).toBe(id);

  expect(store.operations.figures().byCollection['messages']).toEqual({ reads: 1, writes: 0 });
});

test('delivery is mirrored', async () => {
  await store.messages.insert(aMessage('m-out', { direction: 'out' }));

  await store.messages.setDelivery('m-out', { state: 'sent', at: now, answer: '250 ok' });
  expect((await store.messages.get('m-out'))?.delivery).toEqual({ state: 'sent', at: now, answer: '250 ok' });
});
