import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import mongoose from 'mongoose';
import { beginErasure, carryOutErasure } from '../../api/erase-contact';
import { aMessage, anEntry, anOutboxMail, aStoredEnquiry } from '../api/stored';
import { freshStore, type FreshStore } from '../support/fresh-store';

const CANARY = 'canary';
const now = () => new Date();

/** Every document and file that holds the canary's word, as `<collection>/<id>`. */
async function traces({ opened }: FreshStore): Promise<string[]> {
  const connection = await mongoose.createConnection(opened.uri, { dbName: opened.database }).asPromise();
  const found: string[] = [];
  for (const { name } of await connection.listCollections()) {
    for (const document of await connection.collection(name).find({}).toArray()) {
      if (JSON.stringify(document).toLowerCase().includes(CANARY)) found.push(`${name}/${String(document._id)}`);
    }
  }
  await connection.close();
  const blobs = join(opened.dataDir, 'blobs');
  for (const file of await readdir(blobs, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    const text = await readFile(join(file.parentPath, file.name), 'utf8');
    if (text.toLowerCase().includes(CANARY)) found.push(`file/${text}`);
  }
  return found.toSorted();
}

/** A person of two addresses with all that can be kept of him, and a mail of somebody else that names him. */
async function aKnownPerson(store: FreshStore): Promise<string> {
  const address = `${CANARY}@x.test`;
  const { contact } = await store.contacts.upsertBySender({
    address,
    name: 'Canary',
    by: 'l',
    enquiry: 'e',
    now: now(),
  });
  const second = `${CANARY}@y.test`;
  const id = store.contacts.idOf(second);
  await store.contacts.links.lead({ _id: id, to: contact._id, address: second, kind: 'merge', by: 'ann', at: now() });
  await store.contacts.makePart(second, { by: 'ann', now: now() });
  await store.contacts.change(contact._id, { fields: { notes: 'Canary likes tea.' }, by: 'ann', now: now() });
  await aStoredEnquiry(store, { _id: 'e', subject: 'Canary asks', contact: contact._id, status: 'closed' });
  const [raw, own, shared] = await Promise.all(
    ['raw of Canary', 'file of Canary', 'a picture'].map((text) => store.blobs.put(Buffer.from(text))),
  );
  const file = (blob: string) => ({
    name: 'a.txt',
    type: 'text/plain',
    bytes: 1,
    inline: false,
    contentId: null,
    blob,
  });
  await aMessage(store, {
    _id: 'm-in',
    enquiry: 'e',
    contact: contact._id,
    from: { address, name: 'Canary' },
    text: 'Canary writes.',
    ledger: 'smtp:support:1',
    blob: raw?.sha256 ?? '',
    attachments: [file(own?.sha256 ?? ''), { ...file(shared?.sha256 ?? ''), name: 'canary.png' }],
  });
  const values = { name: 'Canary' };
  await store.personalValues.once({ _id: 'e:5', enquiry: 'e', digest: 'd', values, at: now(), v: 1 });
  await store.messages.insertNote({
    _id: 'n',
    enquiry: 'e',
    channel: 'support',
    author: 'ann',
    text: 'Canary again.',
    at: now(),
  });
  await aMessage(store, {
    _id: 'm-other',
    enquiry: 'other',
    cc: [
      { address, name: 'Canary' },
      { address: 'bo@x.test', name: 'Bo' },
    ],
    attachments: [file(shared?.sha256 ?? '')],
  });
  await anEntry(store, { _id: 'smtp:support:1', from: address, subject: 'Canary asks', enquiry: 'e', message: 'm-in' });
  await anEntry(store, { _id: 'smtp:support:2', from: second, subject: 'Canary once more', verdict: 'blocked' });
  await anOutboxMail(store, { _id: 'o', enquiry: 'e' });
  await store.outbox.discard('o', now());
  await store.audit.add({
    _id: 'a',
    who: 'ann',
    when: now(),
    ip: null,
    what: 'contact.change',
    about: contact._id,
    before: { name: 'Canary' },
    after: null,
    v: 1,
  });
  await isNamedElsewhere(store, address);
  const binding = { channel: 'support', contact: contact._id, agent: 'ann', expiresMs: 1e9, whenUnavailable: 'wait' };
  await store.engagements.bind({ ...binding, enquiry: 'e', now: now() });
  return contact._id;
}

/** Where nobody would look for him: a mail that was refused, what a colleague was told, a list without titles. */
async function isNamedElsewhere(store: FreshStore, address: string): Promise<void> {
  const refused = {
    at: now(),
    server: '192.0.2.1',
    helo: 'relay.test',
    channels: [],
    bytes: 1,
    code: 550,
    answer: 'No.',
  };
  const from = { from: 'bo@x.test', headerFrom: null, messageId: null };
  await store.refusedMails.add({ ...refused, ...from, to: [address], subject: 'For the Canary' });
  const notice = { id: 'n-1', at: now(), sort: 'mention' as const, enquiry: 'other', channel: 'support' };
  await store.notices.tell(['ann'], { ...notice, text: `Bo mentions you: ask ${address.toUpperCase()}.` });
  await store.notices.tell(['ann'], { ...notice, id: 'n-2', text: 'Bo mentions you: ask him.' });
  await store.contactImports.keep({ _id: 'ci', name: 'canary.csv', csv: `${address},Canary`, by: 'ann', at: now() });
  const asked = { mapping: [[address, 'address']] };
  const job = { kind: 'contact-import' as const, about: 'ci', state: 'failed' as const, done: 0, total: 1, asked };
  const told = { cancelWanted: false, result: null, problem: null, by: 'ann' };
  await store.jobs.start({ ...job, ...told, _id: 'j', startedAt: now(), beatAt: now(), endedAt: now(), v: 1 });
}

describe('erasing a person', () => {
  let store: FreshStore;
  const passed = new Set<string>();
  let armed = false;
  beforeAll(async () => {
    store = await freshStore({
      failAt: (point) => {
        if (!armed || !/^(erasing|erasures|contactLinks)/.test(point) || passed.has(point)) return;
        passed.add(point);
        throw new Error(`cut off at ${point}`);
      },
    });
  });
  afterAll(() => store.close());

  test('leaves no word of him anywhere, whatever it was cut off at, and keeps what is others’', async () => {
    const id = await aKnownPerson(store);
    expect((await traces(store)).length).toBeGreaterThan(8);
    const contact = await store.contacts.get(id);
    if (!contact) throw new Error('There is no contact.');
    const erasure = await beginErasure({ store, now }, contact, { by: 'ada', reason: 'Asked for.' });

    armed = true;
    let tries = 0;
    for (let done = false; !done && tries < 60; tries += 1) {
      const standing = (await store.erasures.get(id)) ?? erasure;
      done = await carryOutErasure({ store, now }, standing).then(
        () => true,
        (error: Error) => (error.message.startsWith('cut off') ? false : Promise.reject(error)),
      );
    }
    armed = false;

    expect(passed.size).toBeGreaterThan(10);
    expect(await traces(store)).toEqual([]);
    expect(await store.contacts.byAddress(`${CANARY}@y.test`)).toBeNull();
    expect(await store.erasures.get(id)).toMatchObject({ by: 'ada', reason: 'Asked for.', sealed: null });
    expect(await store.messages.get('m-other')).toMatchObject({ cc: [{ address: 'bo@x.test' }], text: 'Hello.' });
    const picture = (await store.messages.get('m-other'))?.attachments[0]?.blob ?? '';
    expect(String(await store.blobs.get(picture))).toBe('a picture');
    expect(await store.ledger.get('smtp:support:2')).toMatchObject({ verdict: 'blocked', from: null });
    expect(await store.enquiries.get('e')).toMatchObject({ status: 'closed', subject: '' });
    const { notices } = await store.notices.of('ann', now());
    expect(notices.map((each) => each.text)).toEqual(['Bo mentions you: ask him.']);
  });

  test('is refused while an enquiry is open, and says which', async () => {
    const sender = { address: 'open@x.test', name: 'Open', by: 'l2', enquiry: 'e2', now: now() };
    const { contact } = await store.contacts.upsertBySender(sender);
    await aStoredEnquiry(store, { _id: 'e2', number: 4711, contact: contact._id });
    await expect(beginErasure({ store, now }, contact, { by: 'ada', reason: 'x' })).rejects.toThrow('#4711');
  });
});
