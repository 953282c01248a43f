import { canonicalCharset } from '../../mail/mime/charset';
import { parseMail } from '../../mail/parse';

/** Names that every plain object of JavaScript answers to, and that a mail may bring as labels. */
const inherited = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'];

test.each(inherited)('"%s" is no charset, no time zone and no type of a file', async (word) => {
  expect(canonicalCharset(word)).toBeNull();
  const mail = await parseMail(
    Buffer.from(
      [
        'From: a@b.example',
        `Date: Mon, 16 Nov 2026 10:00:00 ${word}`,
        'MIME-Version: 1.0',
        `Content-Type: text/plain; charset="${word}"`,
        `${word}: ${word}`,
        '',
        'Hello',
      ].join('\r\n'),
    ),
  );
  expect(mail.text.trim()).toBe('Hello');
  expect(mail.date === null || Number.isFinite(mail.date.getTime())).toBe(true);
});
