import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createParser } from '../../../mail/parser';
import { createIntake } from '../../../worker/intake/intake';
import { aDelivery, aDesk, aMail, closeParser, countsOf, type Desk } from './desk';

let desk: Desk;
beforeAll(async () => {
  desk = await aDesk();
});
afterAll(async () => {
  await desk.close();
  await closeParser();
});

const lines = (...parts: string[]): Buffer => Buffer.from(parts.join('\r\n'), 'latin1');
const from = 'From: Mia <mia@customers.test>';
const parts = (n: number): string =>
  Array.from(
    { length: n },
    (_, index) => `--b\r\nContent-Type: text/plain; name="f${index}.txt"\r\nContent-Disposition: attachment\r\n\r\nx`,
  ).join('\r\n');

const cases: { title: string; raw: () => Buffer; verdict: string; envelope?: { from: string } }[] = [
  { title: 'no From', raw: () => lines('To: support@desk.test', 'Subject: Who am I', '', 'Hello'), verdict: 'started' },
  {
    title: 'no From and a null sender',
    raw: () => lines('Subject: Nobody', '', 'Hello'),
    verdict: 'started',
    envelope: { from: '' },
  },
  { title: 'no Message-ID', raw: () => aMail({ messageId: null }), verdict: 'started' },
  {
    title: 'two From',
    raw: () => lines(from, 'From: Eve <eve@other.test>', 'Subject: Two', '', 'Hello'),
    verdict: 'started',
  },
  {
    title: 'two authors in one From',
    raw: () => lines('From: Mia <mia@customers.test>, Tom <tom@customers.test>', 'Subject: We', '', 'Hi'),
    verdict: 'started',
  },
  {
    title: 'thirty megabytes',
    raw: () =>
      Buffer.concat([lines(from, 'Subject: Big', '', ''), Buffer.alloc(30 * 2 ** 20, 'All work and no play.\r\n')]),
    verdict: 'started',
  },
  {
    title: 'ten thousand parts',
    raw: () =>
      lines(from, 'Subject: Parts', 'Content-Type: multipart/mixed; boundary=b', '', parts(10_000), '--b--', ''),
    verdict: 'started',
  },
  {
    title: 'multiparts inside each other, a thousand deep',
    raw: () =>
      lines(
        from,
        'Subject: Deep',
        'Content-Type: multipart/mixed; boundary=b0',
        '',
        ...Array.from({ length: 1_000 }, (_, n) => `--b${n}\r\nContent-Type: multipart/mixed; boundary=b${n + 1}\r\n`),
      ),
    verdict: 'started',
  },
  {
    title: 'a charset nobody knows',
    raw: () =>
      lines(from, 'Subject: =?x-nothing?Q?caf=E9?=', 'Content-Type: text/plain; charset=x-nothing', '', 'caf\u00e9'),
    verdict: 'started',
  },
  {
    title: 'bytes that are no UTF-8',
    raw: () => lines(from, 'Subject: caf\u00e9', 'Content-Type: text/plain; charset=utf-8', '', 'caf\u00e9'),
    verdict: 'started',
  },
  {
    title: 'broken base64',
    raw: () =>
      lines(
        from,
        'Subject: B',
        'Content-Type: text/plain',
        'Content-Transfer-Encoding: base64',
        '',
        'SGVsbG8*****gd29y',
      ),
    verdict: 'started',
  },
  {
    title: 'a header of one megabyte',
    raw: () => lines(from, `Subject: ${'x'.repeat(2 ** 20)}`, '', 'Hello'),
    verdict: 'started',
  },
  {
    title: 'a hundred thousand header lines',
    raw: () => lines(from, ...Array.from({ length: 100_000 }, (_, n) => `X-${n}: y`), '', 'Hello'),
    verdict: 'started',
  },
  {
    title: 'NUL bytes everywhere',
    raw: () => lines('From: Mi\0a <mia@customers.test>', 'Subject: a\0b', 'Message-ID: <nul\0@x>', '', 'one\0two'),
    verdict: 'started',
  },
  {
    title: 'a Message-ID of a hundred thousand characters',
    raw: () => aMail({ messageId: `<${'m'.repeat(100_000)}@x>` }),
    verdict: 'started',
  },
  {
    title: 'ten thousand References',
    raw: () => aMail({ references: Array.from({ length: 10_000 }, (_, n) => `<r${n}@x>`) }),
    verdict: 'started',
  },
  {
    title: 'dollars and dots where a database reads commands',
    raw: () =>
      aMail({ from: '$where <$set.a.b@customers.test>', subject: '$inc: {a.b: 1}', headers: { '$set.x': 'y' } }),
    verdict: 'started',
  },
  { title: 'no header at all', raw: () => Buffer.from('just words, no colon\r\n'), verdict: 'started' },
  { title: 'no header and no words', raw: () => Buffer.from([0xff, 0xfe, 0, 1, 2]), verdict: 'quarantined' },
  { title: 'only zeros', raw: () => Buffer.alloc(1_000), verdict: 'quarantined' },
  { title: 'nothing', raw: () => Buffer.alloc(0), verdict: 'quarantined' },
];

test.each(cases)(
  '$title: $verdict, its bytes are kept, and the next mail is taken',
  async ({ raw, verdict, envelope }) => {
    const before = await countsOf(desk);
    const bytes = raw();
    const delivery = aDelivery(bytes, envelope ? { envelope } : {});

    const settled = await desk.intake.offer(delivery);

    expect(settled.verdict).toBe(verdict);
    const entry = await desk.store.ledger.get(delivery.ledgerId);
    expect((await desk.store.blobs.get(entry?.blob ?? '')).equals(bytes)).toBe(true);
    expect((await countsOf(desk)).open - before.open).toBe(verdict === 'started' ? 1 : 0);
    expect((await desk.intake.offer(aDelivery(aMail()))).verdict).toBe('started');
  },
  120_000,
);

test('a mail whose reading takes too long is quarantined with its bytes, and starts when it can be read', async () => {
  const hasty = createParser({ threads: 1, timeoutMs: 1 });
  const delivery = aDelivery(aMail({ text: 'word '.repeat(200_000) }));

  const quarantined = await createIntake({ ...desk.ports, parser: hasty }).offer(delivery);
  await hasty.close();

  expect(quarantined).toMatchObject({ verdict: 'quarantined', reason: expect.stringContaining('time limit') });
  expect(await desk.intake.redrive(delivery.ledgerId, 'ann')).toMatchObject({ verdict: 'started' });
});

test('a parser that is stopping says nothing of the mail: it stays unsettled', async () => {
  const closed = createParser();
  await closed.close();
  const delivery = aDelivery(aMail());

  await expect(createIntake({ ...desk.ports, parser: closed }).offer(delivery)).rejects.toMatchObject({
    reason: 'closed',
  });

  expect(await desk.store.ledger.get(delivery.ledgerId)).toMatchObject({ verdict: null });
  expect(await desk.intake.settle(delivery.ledgerId)).toMatchObject({ verdict: 'started' });
});

test('every mail of our collection gets exactly one verdict', async () => {
  const folder = join(__dirname, '..', '..', 'fixtures', 'emails');
  const files = (await readdir(folder)).filter((file) => file.endsWith('.eml'));
  const verdicts = new Map<string, string>();
  for (const file of files) {
    verdicts.set(file, (await desk.intake.offer(aDelivery(await readFile(join(folder, file))))).verdict);
  }
  expect(files.length).toBeGreaterThan(20);
  expect(
    [...new Set(verdicts.values())].every((verdict) =>
      ['started', 'joined', 'duplicate', 'delivery-report'].includes(verdict),
    ),
  ).toBe(true);
  for (const [file, verdict] of verdicts) {
    if (file.startsWith('bounce-')) expect({ file, verdict }).toEqual({ file, verdict: 'delivery-report' });
  }
});
