import { randomBytes } from 'node:crypto';
import { UnparsableMail } from '../../mail/errors';
import { parseMail } from '../../mail/parse';
import type { ParsedMail } from '../../mail/parsed-mail';
import { createParser, type Parser } from '../../mail/parser';

const HEADER =
  'From: ann@customer.example\r\nTo: support@desk.example\r\nSubject: Bad\r\nMessage-ID: <bad@customer.example>\r\nDate: Sat, 21 Nov 2026 10:00:00 +0100\r\n';
const multipart = (parts: string[]): string =>
  `${HEADER}Content-Type: multipart/mixed; boundary=b\r\n\r\n${parts.map((part) => `--b\r\n${part}\r\n`).join('')}--b--\r\n`;

let parser: Parser;
beforeAll(() => {
  parser = createParser({ threads: 1 });
});
afterAll(() => parser.close());

const read = (raw: string | Buffer): Promise<ParsedMail> => parser.parse(Buffer.from(raw));

describe('a bad mail gets one answer within its limits, and the next one is read', () => {
  test('of 30 MB', async () => {
    const file = randomBytes(22 * 1024 * 1024);
    const mail = await read(
      multipart([
        'Content-Type: text/plain\r\n\r\nSee the film.',
        `Content-Type: video/mp4; name=film.mp4\r\nContent-Transfer-Encoding: base64\r\n\r\n${file.toString('base64').replace(/.{76}/g, '$&\r\n')}`,
      ]),
    );
    expect(mail).toMatchObject({ subject: 'Bad', text: 'See the film.' });
    expect(mail.size).toBeGreaterThan(30_000_000);
    expect(mail.attachments[0]?.content.equals(file)).toBe(true);
  });

  test('of 30 MB of text shows the first and keeps the whole as a file', async () => {
    const text = 'All work and no play. '.repeat(1_400_000);
    const mail = await read(`${HEADER}\r\n${text}`);
    expect(mail.text).toHaveLength(1024 * 1024);
    expect(mail.attachments).toEqual([expect.objectContaining({ name: 'full-text.txt', bytes: text.length })]);
    expect(mail.warnings).toEqual([expect.stringContaining('longer than the limit')]);
  });

  test('of 10,000 parts shows the first and keeps the rest as one file', async () => {
    const mail = await read(
      multipart(
        Array.from({ length: 10_000 }, (_, i) => `Content-Type: application/octet-stream; name=f${i}\r\n\r\nfile ${i}`),
      ),
    );
    expect(mail.attachments).toHaveLength(1000);
    expect(mail.attachments.at(-1)).toMatchObject({ name: 'rest-of-message.txt' });
    expect(mail.attachments.at(-1)?.content.toString()).toContain('file 9999');
    expect(mail.warnings).toEqual([expect.stringContaining('more than 1000 parts')]);
  });

  test('of 500 multiparts inside each other keeps the innermost as one file', async () => {
    const levels = Array.from(
      { length: 500 },
      (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n`,
    ).join('');
    const mail = await read(`${HEADER}${levels}Content-Type: text/plain\r\n\r\ndeep\r\n`);
    expect(mail.attachments).toHaveLength(1);
    expect(mail.attachments[0]?.content.toString()).toContain('deep');
    expect(mail.warnings).toEqual([expect.stringContaining('nested deeper')]);
  });

  test('with a header of 1 MB in one field', async () => {
    const mail = await read(`${HEADER}X-Long: ${'x'.repeat(1024 * 1024)}\r\n\r\nHello`);
    expect(mail).toMatchObject({ subject: 'Bad', text: 'Hello' });
  });

  test('with a header of 3 MB in many fields', async () => {
    const mail = await read(`${HEADER}${'X-Many: values\r\n'.repeat(200_000)}\r\nHello`);
    expect(mail).toMatchObject({ subject: 'Bad', text: 'Hello' });
    expect(mail.warnings).toEqual([expect.stringContaining('header is longer than the limit')]);
  });

  test.each([
    ['recipients', `To: ${'a@b.example, '.repeat(80_000)}`],
    ['references', `References: ${'<a@b.example> '.repeat(80_000)}`],
    ['encoded words', `X-Words: ${'=?utf-8?Q?a?= '.repeat(70_000)}`],
    ['unfinished encoded words', `Subject: ${'=?utf-8?Q?a'.repeat(90_000)}`],
    ['comments', `From: ${'('.repeat(500_000)} a@b.example`],
    ['parameters', `Content-Type: text/plain; ${'a=b; '.repeat(200_000)}`],
    ['folds', `Subject: ${'a\r\n '.repeat(250_000)}`],
  ])('with 1 MB of %s', async (_what, line) => {
    expect((await read(`${line}\r\n${HEADER}\r\nHello`)).text).toBe('Hello');
  });

  test('with NUL bytes everywhere', async () => {
    const mail = await read(
      `From: a\0nn@customer.example\r\nSubject: N\0UL\r\nContent-Type: text/pl\0ain\r\n\r\na\0b\0`,
    );
    expect(mail).toMatchObject({ subject: 'NUL', from: [{ address: 'ann@customer.example' }] });
    expect(JSON.stringify([mail.text, mail.from, [...mail.headers]])).not.toContain('\\u0000');
  });

  test.each([
    ['3,000 tables inside each other', '<table><tr><td>'.repeat(3000)],
    ['20,000 divs inside each other', '<div>'.repeat(20_000)],
    ['100,000 open tags', '<b>'.repeat(100_000)],
    ['10 MB of one line', 'x'.repeat(10 * 1024 * 1024)],
    ['100,000 links', '<a href="https://a.example/">x</a>'.repeat(100_000)],
  ])('with HTML of %s', async (_what, html) => {
    const mail = await read(`${HEADER}Content-Type: text/html\r\n\r\n<p>Hello</p>${html}`);
    expect(mail.text).toMatch(/^Hello/);
    expect(mail.safeHtml === null || mail.safeHtml.html.length < 5 * 1024 * 1024).toBe(true);
  });

  test.each([
    ['spaces', ' '.repeat(1_000_000)],
    ['empty lines', '\n'.repeat(500_000)],
    ['addresses', 'a@b.example '.repeat(80_000)],
    ['words of failure', 'could not be delivered to recipient '.repeat(30_000)],
    ['lines of dashes', '-----\n'.repeat(150_000)],
    ['Message-IDs that do not end', 'Message-ID: <'.repeat(80_000)],
  ])('of a mail server, with 1 MB of %s', async (_what, text) => {
    const mail = await read(`From: mailer-daemon@b.example\r\nSubject: Undeliverable\r\n\r\n${text}`);
    expect(mail.subject).toBe('Undeliverable');
  });

  test.each([
    ['an empty one', '', 'empty'],
    ['empty lines only', '\r\n\r\n', 'no-header'],
    ['random bytes', Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 7919) % 251)), 'no-header'],
  ])('%s cannot be read, and says so', async (_what, raw, reason) => {
    const error = await read(raw).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UnparsableMail);
    expect(error).toMatchObject({ name: 'UnparsableMail', reason, message: expect.stringMatching(/^[A-Z].*\.$/) });
  });

  test('words without a header are all text', async () => {
    const mail = await read('hello\r\n\r\nthere');
    expect(mail).toMatchObject({ subject: '', from: [] });
    expect(mail.warnings).toContain('The mail has no header; all of it is shown as its text.');
    expect(mail.text.trim()).toBe('hello\n\nthere');
  });

  test('a header alone is a mail', async () => {
    expect(await read('Subject: only this')).toMatchObject({ subject: 'only this', text: '', from: [] });
  });
});

test('limits can be set', async () => {
  const raw = Buffer.from(
    multipart([
      'Content-Type: text/plain\r\n\r\n0123456789',
      'Content-Type: text/html\r\n\r\n<p>0123456789</p><a href="https://a.example">a</a>',
    ]),
  );
  const mail = await parseMail(raw, { maxTextChars: 5, maxHtmlChars: 5 });
  expect(mail).toMatchObject({ text: '01234', html: null, safeHtml: null });
  expect(mail.attachments.map(({ name }) => name)).toEqual(['full-text.txt', 'full-message.html']);
  expect((await parseMail(raw, { maxLinks: 0 })).safeHtml).toMatchObject({ refused: true });
});
