import { readFile } from 'node:fs/promises';
import { createIntake } from '../../../worker/intake/intake';
import { defaultIntakeSettings, type IntakePorts } from '../../../worker/intake/intake-ports';
import { mintBounceToken, mintReplyToken } from '../../../mail/thread-tokens';
import { smtpClient } from '../../support/smtp-client';
import { until } from '../../support/until';
import { aBreakableLine } from './breakable-line';
import { aChannel, aDelivery, aDesk, aMail, closeParser, countsOf, MAIL_SECRET } from './desk';
import { closeListeners, closing, ledgerIdOf, listen, listening, send } from './listening';

afterEach(closeListeners);
afterAll(closeParser);

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
    aliases: ['help@desk.test', 'hilfe@schreibtisch-für-alle.test'],
    publicAddress: 'hello@customers-own.test',
  });
  await aChannel(desk.store, { _id: 'silent', receive: { smtp: false, login: null } });
  const reply = mintReplyToken({ address: 'support@desk.test', enquiryId: 'e-1', secret: MAIL_SECRET }) ?? '';
  const bounce = mintBounceToken({ address: 'support@desk.test', outboxId: 'e-1:2', secret: MAIL_SECRET }) ?? '';
  const good = [
    'support@desk.test',
    'Support@Desk.Test',
    'help@desk.test',
    // As other servers write the domain (RFC 5891).
    'hilfe@xn--schreibtisch-fr-alle-2ec.test',
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

  test('that is known to be forged, or a stranger, lets nobody into a thread by an id or a number that anybody can guess', async () => {
    const desk = await aDesk({ resolver });
    closing.push(desk.close);
    const from = 'mia@forged.test';
    const first = await desk.intake.offer(aDelivery(aMail({ from, messageId: '<first@forged.test>' })));
    await desk.store.ledger.flush();
    const number = (await desk.store.enquiries.get(first.enquiry ?? ''))?.number;
    for (const names of [{ inReplyTo: '<first@forged.test>' }, { subject: `[#${number}] Again` }]) {
      const forged = await desk.intake.offer(aDelivery(aMail({ from, ...names }), { envelope: { ip: '192.0.2.99' } }));
      expect(forged.verdict).toBe('started');
      const own = await desk.intake.offer(aDelivery(aMail({ from, ...names })));
      expect(own).toMatchObject({ verdict: 'joined', enquiry: first.enquiry });
      const stranger = await desk.intake.offer(aDelivery(aMail({ from: 'eve@elsewhere.test', ...names })));
      expect(stranger.verdict).toBe('started');
    }
  });

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
