import { UnparsableMail } from '../../mail/errors';
import { parseMail } from '../../mail/parse';
import { createParser, type Parser } from '../../mail/parser';
import { until } from '../support/until';
import { fixture, fixtureNames } from './fixture';

const plain = Buffer.from('From: a@b.example\nSubject: hi\n\nhello');
const reasonOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'read',
    (error: unknown) => (error instanceof UnparsableMail ? error.reason : String(error)),
  );

describe('a parser', () => {
  let parser: Parser;
  beforeAll(() => {
    parser = createParser({ threads: 2 });
  });
  afterAll(() => parser.close());

  test('reads a mail in a thread as it is read here', async () => {
    for (const name of fixtureNames())
      expect(await parser.parse(fixture(name))).toEqual(await parseMail(fixture(name)));
  });

  test('gives contents as buffers of their own', async () => {
    const mail = await parser.parse(fixture('file-types-that-lie'));
    for (const file of mail.attachments) {
      expect(Buffer.isBuffer(file.content)).toBe(true);
      expect(file.content).toHaveLength(file.bytes);
    }
  });

  test('leaves the raw mail to its owner', async () => {
    const raw = Buffer.from(plain);
    await parser.parse(raw);
    expect(raw.equals(plain)).toBe(true);
  });

  test('gives many mails at once their own answers', async () => {
    const subjects = Array.from({ length: 60 }, (_, i) => `subject ${i}`);
    const mails = await Promise.all(subjects.map((subject) => parser.parse(Buffer.from(`Subject: ${subject}\n\nx`))));
    expect(mails.map((mail) => mail.subject)).toEqual(subjects);
  });

  test('goes on with the same thread after a mail it refuses', async () => {
    expect(await Promise.all([reasonOf(parser.parse(Buffer.alloc(0))), reasonOf(parser.parse(plain))])).toEqual([
      'empty',
      'read',
    ]);
  });
});

test('mails that take too long are given up one by one, each with a thread of its own', async () => {
  const parser = createParser({ threads: 1, timeoutMs: 1 });
  expect(await Promise.all([plain, plain, plain].map((raw) => reasonOf(parser.parse(raw))))).toEqual([
    'timeout',
    'timeout',
    'timeout',
  ]);
  await parser.close();
});

test('a thread that runs out of memory takes one mail with it, and the next is read by a new one', async () => {
  const parser = createParser({ threads: 1, memoryMb: 24 });
  const hungry = Buffer.from(`From: a@b.example\nContent-Type: text/html\n\n${'<p><b>x</b></p>'.repeat(240_000)}`);
  expect(await Promise.all([reasonOf(parser.parse(hungry)), reasonOf(parser.parse(plain))])).toEqual([
    'crashed',
    'read',
  ]);
  await parser.close();
});

describe('a parser that may run two threads', () => {
  test('keeps to one while no mail waits for another', async () => {
    const parser = createParser({ threads: 2 });
    for (let n = 0; n < 5; n += 1) await parser.parse(plain);
    expect(parser.running()).toBe(1);
    await parser.close();
  });

  test('begins a second where many wait, which ends when it has been idle', async () => {
    const parser = createParser({ threads: 2, idleMs: 20 });
    const reading = Promise.all(Array.from({ length: 20 }, () => parser.parse(plain)));
    expect(parser.running()).toBe(2);
    await reading;
    await until('one thread is left', () => parser.running() === 1);
    expect((await parser.parse(plain)).subject).toBe('hi');
    await parser.close();
  });

  test('begins a second where one has waited while the first is still at another', async () => {
    const parser = createParser({ threads: 2 });
    const long = Buffer.from(`From: a@b.example\nSubject: long\n\n${'A line of text, and another.\n'.repeat(200_000)}`);
    const reading = Promise.all([parser.parse(long), parser.parse(plain)]);
    await until('a second thread runs', () => parser.running() === 2);
    expect((await reading).map(({ subject }) => subject)).toEqual(['long', 'hi']);
    await parser.close();
  });
});

test('closing rejects what waits and what comes later', async () => {
  const parser = createParser({ threads: 1 });
  const waiting = [plain, plain, plain].map((raw) => reasonOf(parser.parse(raw)));
  await parser.close();
  expect(await Promise.all(waiting)).toEqual(['closed', 'closed', 'closed']);
  expect(await reasonOf(parser.parse(plain))).toBe('closed');
  await parser.close();
});
