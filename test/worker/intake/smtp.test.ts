import { createHash } from 'node:crypto';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspectFiles } from '../../../cli/mail-inspect';
import { createIntake } from '../../../worker/intake/intake';
import { defaultIntakeSettings, type IntakePorts } from '../../../worker/intake/intake-ports';
import { startSmtpIntake, type SmtpIntakePorts } from '../../../worker/intake/smtp-intake';
import { mintBounceToken, mintReplyToken } from '../../../mail/thread-tokens';
import type { SmtpReceiver } from '../../../mail/receivers/smtp';
import { smtpClient } from '../../support/smtp-client';
import { until } from '../../support/until';
import { aBreakableLine } from './breakable-line';
import { aChannel, aDesk, aMail, closeParser, countsOf, MAIL_SECRET, type Desk } from './desk';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});
afterAll(closeParser);

/** A desk with a listener; `changes` are those of intake and of the listener. */
async function listening(changes: Partial<IntakePorts & SmtpIntakePorts> & Parameters<typeof aDesk>[0] = {}) {
  const desk = await aDesk(changes);
  closing.push(desk.close);
  const receiver = await listen(desk, changes);
  return { desk, receiver };
}

async function listen(desk: Desk, changes: Partial<SmtpIntakePorts> = {}): Promise<SmtpReceiver> {
  const receiver = await startSmtpIntake({
    ...desk.ports,
    intake: desk.intake,
    host: '127.0.0.1',
    port: 0,
    tls: null,
    ...changes,
  });
  closing.push(() => receiver.close());
  return receiver;
}

/** Sends a mail as a relay would; the answers to the recipients and the last answer. */
async function send(port: number, raw: Buffer, to: string[] = ['support@desk.test']) {
  const client = await smtpClient(port);
  await client.say('EHLO relay.test');
  await client.say('MAIL FROM:<mia@customers.test>');
  const recipients: string[] = [];
  for (const one of to) recipients.push(await client.say(`RCPT TO:<${one}>`));
  const taken = recipients.some((answer) => answer.startsWith('250'));
  const answer = taken ? await client.data(raw) : '';
  client.destroy();
  return { recipients, answer };
}
const ledgerIdOf = (raw: Buffer, channel = 'support'): string =>
  `smtp:${channel}:${createHash('sha256').update(raw).digest('hex')}`;

test('a mail is answered 250 when it is settled, under the digest of its bytes, and kept as sent beside our Received line', async () => {
  const { desk, receiver } = await listening();
  const raw = aMail();
  const { answer } = await send(receiver.port, raw);

  expect(answer).toMatch(/^250 2\.0\.0 Taken as [0-9a-f]{16}$/);
  const entry = await desk.store.ledger.get(ledgerIdOf(raw));
  expect(entry).toMatchObject({
    verdict: 'started',
    bytes: raw.length,
    source: {
      kind: 'smtp',
      server: '127.0.0.1',
      envelope: { from: 'mia@customers.test', to: ['support@desk.test'], helo: 'relay.test' },
    },
  });
  expect(entry?.source.received).toMatch(
    /^Received: from relay\.test \(\[127\.0\.0\.1\]\)\r\n\tby mx\.desk\.test with ESMTP/,
  );
  expect((await desk.store.blobs.get(entry?.blob ?? '')).equals(raw)).toBe(true);
  expect(entry?._id).toBe(`smtp:support:${entry?.blob}`);
});

test('between the final dot and 250 the bytes can be read back from disk, and the entry stands unsettled', async () => {
  let letGo = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const asked: string[] = [];
  const workflows = {
    startEnquiry: async (id: string) => {
      asked.push(id);
      await held;
    },
    mailJoined: async () => undefined,
    deliveryFailed: async () => undefined,
  };
  const { desk, receiver } = await listening({ workflows });
  const raw = aMail();
  let answered = false;
  const sending = send(receiver.port, raw).finally(() => {
    answered = true;
  });
  await until('the enquiry is to be started', () => asked.length === 1);

  const entry = await desk.store.ledger.get(ledgerIdOf(raw));
  const onDisk = await readFile(desk.store.blobs.pathOf(entry?.blob ?? ''));
  expect(onDisk.equals(raw)).toBe(true);
  expect(entry?.verdict).toBeNull();
  expect(answered).toBe(false);

  letGo();
  expect((await sending).answer).toMatch(/^250/);
});

test('every address of a channel leads to it; nobody else is taken, and refusals are counted by day and source', async () => {
  const { desk, receiver } = await listening();
  await aChannel(desk.store, {
    _id: 'support',
    aliases: ['help@desk.test'],
    publicAddress: 'hello@customers-own.test',
  });
  await aChannel(desk.store, { _id: 'silent', receive: { smtp: false, login: null } });
  const reply = mintReplyToken({ address: 'support@desk.test', enquiryId: 'e-1', secret: MAIL_SECRET }) ?? '';
  const bounce = mintBounceToken({ address: 'support@desk.test', outboxId: 'e-1:2', secret: MAIL_SECRET }) ?? '';
  const good = [
    'support@desk.test',
    'Support@Desk.Test',
    'help@desk.test',
    'hello@customers-own.test',
    reply,
    bounce,
    'support+web@desk.test',
  ];
  const bad = ['nobody@desk.test', 'silent@desk.test', 'support@elsewhere.test', '+@desk.test'];
  const raw = aMail();

  const { recipients, answer } = await send(receiver.port, raw, [...good, ...bad]);

  expect(recipients.slice(0, good.length).every((one) => one.startsWith('250'))).toBe(true);
  expect(recipients.slice(good.length).every((one) => one.startsWith('550 5.1.1'))).toBe(true);
  expect(answer).toMatch(/^250/);
  // One channel, however many of its addresses are named: one delivery.
  expect((await countsOf(desk)).entries).toEqual({ started: 1 });
  const day = new Date().toISOString().slice(0, 10);
  await until('four refusals are counted', async () => (await desk.store.refusals.ofDay(day))[0]?.count === bad.length);
  expect(await desk.store.refusals.ofDay(day)).toMatchObject([{ reason: '550 5.1.1', source: '127.0.0.1', count: 4 }]);
});

test('a mail to two channels is one delivery at each, and 250 waits for both', async () => {
  const { desk, receiver } = await listening();
  await aChannel(desk.store, { _id: 'sales' });
  const raw = aMail();
  const { answer } = await send(receiver.port, raw, ['support@desk.test', 'sales@desk.test']);

  expect(answer).toMatch(/^250/);
  const entries = await Promise.all(
    ['support', 'sales'].map((channel) => desk.store.ledger.get(ledgerIdOf(raw, channel))),
  );
  expect(entries.map((entry) => entry?.verdict)).toEqual(['started', 'started']);
  expect(new Set(entries.map((entry) => entry?.enquiry)).size).toBe(2);
});

test('a lost 250 and the sender coming again make one entry with two offers', async () => {
  const { desk, receiver } = await listening();
  const raw = aMail();
  await send(receiver.port, raw);
  const { answer } = await send(receiver.port, raw);

  expect(answer).toMatch(/^250/);
  expect(await desk.store.ledger.get(ledgerIdOf(raw))).toMatchObject({ offers: 2, verdict: 'started' });
  expect(new Set(desk.told.started).size).toBe(1);
});

describe('while Temporal does not answer', () => {
  test.each(['refuses', 'hangs'])(
    'and %s, a mail is answered 451, kept unsettled, and settled by the clock',
    async (how) => {
      let away = true;
      const started: string[] = [];
      const startEnquiry = async (id: string): Promise<void> => {
        if (away && how === 'refuses') throw new Error('14 UNAVAILABLE');
        if (away) return new Promise(() => undefined);
        started.push(id);
      };
      const workflows = { startEnquiry, mailJoined: async () => undefined, deliveryFailed: async () => undefined };
      const desk = await aDesk({ workflows });
      closing.push(desk.close);
      const intake = createIntake({ ...desk.ports, settings: { ...desk.ports.settings, temporalPatienceMs: 300 } });
      const receiver = await listen(desk, { intake });
      const raw = aMail();

      expect((await send(receiver.port, raw)).answer).toMatch(/^451 4\.3\.0/);
      expect(await desk.store.ledger.get(ledgerIdOf(raw))).toMatchObject({ verdict: null, offers: 1 });
      // The next senders learn of it before they send the content.
      expect((await send(receiver.port, aMail())).recipients).toEqual([expect.stringMatching(/^451/)]);

      away = false;
      expect(await intake.settleOld(-60_000)).toBe(1);
      expect(await desk.store.ledger.get(ledgerIdOf(raw))).toMatchObject({ verdict: 'started' });
      expect(started).toHaveLength(1);
    },
  );
});

test('while the database is away a mail is answered 451, and nothing of it is half written when it comes again', async () => {
  const line = await aBreakableLine();
  closing.push(line.close);
  const limits = { serverSelectionTimeoutMS: 300, socketTimeoutMS: 1_000, heartbeatFrequencyMS: 500 };
  const { desk, receiver } = await listening({ storePorts: { uri: line.uri, limits } });
  closing.push(line.mend);
  const raw = aMail();
  // Gone between recipient and content: the worst moment.
  const client = await smtpClient(receiver.port);
  await client.begin({ from: 'mia@customers.test', to: ['support@desk.test'] });
  line.cut();
  expect(await client.data(raw)).toMatch(/^451/);
  client.destroy();
  await until('the store knows that it is away', () => !desk.store.healthy());
  expect((await send(receiver.port, raw)).recipients).toEqual([expect.stringMatching(/^451/)]);

  line.mend();
  await until('the store is back', () => desk.store.healthy());
  expect(await desk.store.ledger.get(ledgerIdOf(raw))).toBeNull();
  expect(await desk.store.enquiries.open.count()).toBe(0);
  expect((await send(receiver.port, raw)).answer).toMatch(/^250/);
  expect((await countsOf(desk)).entries).toEqual({ started: 1 });
});

test('on a full disk a mail is answered 452 and leaves nothing behind', async () => {
  let full = true;
  const writeBlob = async (file: { writeFile: (content: Uint8Array) => Promise<void> }, content: Uint8Array) => {
    if (full) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    await file.writeFile(content);
  };
  const { desk, receiver } = await listening({ storePorts: { writeBlob } });
  const raw = aMail();

  expect((await send(receiver.port, raw)).answer).toMatch(/^452 4\.3\.1/);
  expect((await countsOf(desk)).entries).toEqual({});
  full = false;
  expect((await send(receiver.port, raw)).answer).toMatch(/^250/);
});

test('a mail above the limit is answered 552 and counted', async () => {
  const { desk, receiver } = await listening({ limits: { maxBytes: 10_000 } });
  const { answer } = await send(receiver.port, aMail({ text: 'x'.repeat(20_000) }));

  expect(answer).toMatch(/^552/);
  const day = new Date().toISOString().slice(0, 10);
  await until('it is counted', async () => (await desk.store.refusals.ofDay(day)).length === 1);
  expect((await countsOf(desk)).entries).toEqual({});
});

describe('the origin of a mail', () => {
  const records: Record<string, string[][]> = {
    'TXT customers.test': [['v=spf1 ip4:127.0.0.1 -all']],
    'TXT forged.test': [['v=spf1 ip4:192.0.2.7 -all']],
    'TXT _dmarc.customers.test': [['v=DMARC1; p=reject']],
    'TXT _dmarc.forged.test': [['v=DMARC1; p=reject']],
  };
  const resolver: IntakePorts['resolver'] = async (name, type) => {
    const found = records[`${type} ${name}`];
    if (!found) throw Object.assign(new Error('none'), { code: 'ENODATA' });
    return found;
  };

  test("is checked by the session it came in; a relay of one's own tells nothing", async () => {
    const desk = await aDesk({ resolver });
    closing.push(desk.close);
    const strict = createIntake({ ...desk.ports, settings: { ...desk.ports.settings, trustedRelays: [] } });
    const [direct, relayed] = [await listen(desk, { intake: strict }), await listen(desk)];
    const facts = async (port: number) => {
      const raw = aMail();
      await send(port, raw);
      const message = (await desk.store.ledger.get(ledgerIdOf(raw)))?.message;
      return desk.store.messages.get(message ?? '');
    };

    expect(await facts(direct.port)).toMatchObject({
      facts: { spf: 'pass', dmarc: 'pass' },
      authentication: { aligned: true },
    });
    expect(await facts(relayed.port)).toMatchObject({
      facts: { spf: 'none', dmarc: 'none' },
      authentication: { aligned: null },
    });
  });

  test('that is forged makes nobody a participant: he is other sender by our id, and on his own by a foreign one', async () => {
    const desk = await aDesk({
      resolver,
      settings: { ...defaultIntakeSettings, serverName: 'mx.desk.test', trustedRelays: [], trustedResults: {} },
    });
    closing.push(desk.close);
    const receiver = await listen(desk);
    const from = 'Vic Tim <vic@forged.test>';
    const first = aMail({ from, messageId: '<vic@forged.test>' });
    await send(receiver.port, first);
    const enquiry = (await desk.store.ledger.get(ledgerIdOf(first)))?.enquiry ?? '';
    const reply = mintReplyToken({ address: 'support@desk.test', enquiryId: enquiry, secret: MAIL_SECRET }) ?? '';
    const [byOurs, byForeign] = [aMail({ from, to: reply }), aMail({ from, inReplyTo: '<vic@forged.test>' })];
    await send(receiver.port, byOurs, [reply]);
    await send(receiver.port, byForeign);

    const attached = await desk.store.ledger.get(ledgerIdOf(byOurs));
    expect(attached).toMatchObject({ verdict: 'joined', enquiry });
    expect(await desk.store.messages.get(attached?.message ?? '')).toMatchObject({
      otherSender: true,
      facts: { dmarc: 'fail', participant: false },
    });
    expect(await desk.store.ledger.get(ledgerIdOf(byForeign))).toMatchObject({ verdict: 'started' });
  });
});

test.each<[string, Partial<SmtpIntakePorts>, Buffer, string]>([
  ['is too large', { limits: { maxBytes: 2000 } }, aMail({ text: 'x'.repeat(5000) }), '552 5.3.4'],
  ['goes round in a loop', {}, Buffer.concat([...Array<Buffer>(120).fill(hop()), aMail()]), '550 5.4.6'],
])('a mail that %s leaves who offered it, with what, and our answer', async (_what, changes, raw, refusal) => {
  const { desk, receiver } = await listening(changes);
  const { answer } = await send(receiver.port, raw);
  expect(answer).toContain(refusal);

  const since = new Date(Date.now() - 60_000);
  const asked = (word: string) => desk.store.refusedMails.find({ word, since, until: new Date(Date.now() + 1000) });
  await until('the refusal is kept', async () => (await asked('MIA@customers.test')).length === 1);
  const [kept] = await asked('support@desk.test');
  expect(kept).toMatchObject({
    server: '127.0.0.1',
    helo: 'relay.test',
    from: 'mia@customers.test',
    to: ['support@desk.test'],
    channels: ['support'],
    code: Number(refusal.slice(0, 3)),
    answer: expect.stringContaining(refusal.slice(4)),
    messageId: expect.stringMatching(/^<.+>$/),
  });
  expect(await asked(kept?.messageId ?? '')).toHaveLength(1);
  expect(await desk.store.ledger.find({ channel: 'support' })).toEqual([]);
});

test('one source that is refused again and again does not push out what others were refused', async () => {
  const { desk, receiver } = await listening({ limits: { maxBytes: 2000 } });
  const raw = aMail({ text: 'x'.repeat(5000) });
  for (let count = 0; count < 22; count += 1) await send(receiver.port, raw);
  const day = new Date().toISOString().slice(0, 10);
  await until('all are counted', async () => (await desk.store.refusals.ofDay(day)).some(({ count }) => count === 22));
  const all = await desk.store.refusedMails.find({
    word: 'mia@customers.test',
    since: new Date(0),
    until: new Date(Date.now() + 1000),
  });
  expect(all).toHaveLength(20);
});

test.each<[string, Buffer, object]>([
  ['words alone', Buffer.from('Where is my order?\r\n\r\nMia\r\n'), { verdict: 'started', from: 'mia@customers.test' }],
  ['bytes alone', Buffer.from([0xff, 0xfe, 0, 1, 2, 13, 10]), { verdict: 'quarantined' }],
])('a mail without any header, %s, is what "ringpost mail inspect" says of it', async (_what, raw, expected) => {
  const { desk, receiver } = await listening();
  expect((await send(receiver.port, raw)).answer).toMatch(/^250/);
  const entry = await desk.store.ledger.get(ledgerIdOf(raw));
  expect(entry).toMatchObject(expected);

  const file = join(await mkdtemp(join(tmpdir(), 'ringpost-headless-')), 'mail.eml');
  await writeFile(file, raw);
  const lines: string[] = [];
  await inspectFiles([file], { json: true, out: (line) => lines.push(line) });
  const told = JSON.parse(lines[0] ?? '');
  expect(told.error ?? null).toBe(entry?.reason ?? null);
  const [message] = await desk.store.messages.getMany([entry?.message ?? '']);
  expect(told.text ?? null).toBe(message?.text ?? null);
});

function hop(): Buffer {
  return Buffer.from('Received: from a.test by b.test; Mon, 2 Mar 2026 09:00:00 +0000\r\n');
}
