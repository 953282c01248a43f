import { UnparsableMail } from '../../mail/errors';
import { parseMail } from '../../mail/parse';
import { createParser, type Parser, type ParserOptions } from '../../mail/parser';
import { fixture, fixtureNames } from './fixture';

const open: Parser[] = [];
function aParser(options: ParserOptions = {}): Parser {
  const parser = createParser(options);
  open.push(parser);
  return parser;
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((parser) => parser.close()));
});

const plain = Buffer.from('From: a@b.example\nSubject: hi\n\nhello');
const reasonOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'read',
    (error: unknown) => (error instanceof UnparsableMail ? error.reason : String(error)),
  );

test('a mail read in a thread is the same as one read here', async () => {
  const parser = aParser();
  for (const name of fixtureNames()) expect(await parser.parse(fixture(name))).toEqual(await parseMail(fixture(name)));
});

test('contents arrive as buffers of their own', async () => {
  const mail = await aParser().parse(fixture('file-types-that-lie'));
  for (const file of mail.attachments) {
    expect(Buffer.isBuffer(file.content)).toBe(true);
    expect(file.content).toHaveLength(file.bytes);
  }
});

test('the raw mail can still be used while and after it is read', async () => {
  const raw = Buffer.from(plain);
  await aParser().parse(raw);
  expect(raw.equals(plain)).toBe(true);
});

test('many mails at once get their own answers', async () => {
  const parser = aParser({ threads: 2 });
  const subjects = Array.from({ length: 60 }, (_, i) => `subject ${i}`);
  const mails = await Promise.all(subjects.map((subject) => parser.parse(Buffer.from(`Subject: ${subject}\n\nx`))));
  expect(mails.map((mail) => mail.subject)).toEqual(subjects);
});

test('a mail that takes too long is given up, and the next one is read by a new thread', async () => {
  const parser = aParser({ threads: 1, timeoutMs: 1 });
  const late = reasonOf(parser.parse(Buffer.concat([plain, Buffer.alloc(30 * 1024 * 1024, 'x ')])));
  expect(await late).toBe('timeout');
  const patient = aParser({ threads: 1 });
  expect(await reasonOf(patient.parse(plain))).toBe('read');
});

test('a thread that runs out of memory takes one mail with it and no other', async () => {
  const parser = aParser({ threads: 1, memoryMb: 24 });
  const hungry = Buffer.from(`From: a@b.example\nContent-Type: text/html\n\n${'<p><b>x</b></p>'.repeat(240_000)}`);
  const [first, second] = await Promise.all([
    reasonOf(parser.parse(hungry)),
    reasonOf(aParser({ threads: 1 }).parse(plain)),
  ]);
  expect(first).toBe('crashed');
  expect(second).toBe('read');
});

test('a refused mail does not end the thread', async () => {
  const parser = aParser({ threads: 1 });
  expect(await Promise.all([reasonOf(parser.parse(Buffer.alloc(0))), reasonOf(parser.parse(plain))])).toEqual([
    'empty',
    'read',
  ]);
});

test('closing rejects what waits and what comes later', async () => {
  const parser = createParser({ threads: 1 });
  const waiting = [plain, plain, plain].map((raw) => reasonOf(parser.parse(raw)));
  await parser.close();
  expect(await Promise.all(waiting)).toEqual(['closed', 'closed', 'closed']);
  expect(await reasonOf(parser.parse(plain))).toBe('closed');
  await parser.close();
});
