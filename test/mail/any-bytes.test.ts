import {
  array,
  assert,
  asyncProperty,
  boolean,
  constantFrom,
  double,
  nat,
  oneof,
  property,
  record,
  string,
  uint8Array,
} from 'fast-check';
import { classify } from '../../mail/classify';
import { contentHash } from '../../mail/content-hash';
import { UnparsableMail } from '../../mail/errors';
import { decodeText } from '../../mail/mime/charset';
import { safeFileName } from '../../mail/mime/file-name';
import { decodeTransfer } from '../../mail/mime/transfer';
import { decodeWords } from '../../mail/mime/words';
import { parseMail } from '../../mail/parse';
import { sanitizeMailHtml } from '../../mail/sanitize';
import { derivedMessageId, threadLookups } from '../../mail/thread-keys';
import { mintReplyToken, readReplyToken } from '../../mail/thread-tokens';
import { fixture, fixtureNames, noEnvelope } from './fixture';

/** Everything intake asks of a mail; gives what it found or the refusal. */
async function wholeWay(raw: Buffer): Promise<string> {
  const id = derivedMessageId(raw);
  const mail = await parseMail(raw).catch((error: unknown) => error);
  if (mail instanceof UnparsableMail) return mail.reason;
  if (mail === null || typeof mail !== 'object' || !('headers' in mail)) throw mail;
  const read = await parseMail(raw);
  classify(read, noEnvelope, { peopleSenders: [] });
  threadLookups(read, noEnvelope, ['support@desk.example'], 'secret');
  structuredClone({ ...read });
  return `${id} ${contentHash(read)}`;
}

const fixtures = fixtureNames().map(fixture);

describe('any bytes get one answer, and always the same', () => {
  test('random ones', async () => {
    await assert(
      asyncProperty(uint8Array({ maxLength: 2000 }), async (bytes) => {
        const raw = Buffer.from(bytes);
        expect(await wholeWay(raw)).toBe(await wholeWay(raw));
      }),
      { numRuns: 200 },
    );
  });

  test('random ones below a header', async () => {
    const types = constantFrom(
      'text/plain; charset=iso-2022-jp',
      'text/html',
      'multipart/mixed; boundary=b',
      'multipart/report; report-type=delivery-status; boundary=b',
      'message/delivery-status',
      'text/calendar',
      'text/plain; format=flowed',
      'text/plain; charset=utf-7',
    );
    await assert(
      asyncProperty(
        types,
        constantFrom('base64', 'quoted-printable', '8bit', 'x-uuencode'),
        uint8Array({ maxLength: 1000 }),
        async (type, encoding, bytes) => {
          await wholeWay(
            Buffer.concat([
              Buffer.from(
                `From: mailer-daemon@a.example\nContent-Type: ${type}\nContent-Transfer-Encoding: ${encoding}\n\n--b\n`,
              ),
              bytes,
            ]),
          );
        },
      ),
      { numRuns: 200 },
    );
  });

  test('mails with a piece taken out, doubled or replaced', async () => {
    const piece = record({
      at: double({ min: 0, max: 1, noNaN: true }),
      length: nat(200),
      by: uint8Array({ maxLength: 50 }),
      twice: boolean(),
    });
    await assert(
      asyncProperty(constantFrom(...fixtures), array(piece, { minLength: 1, maxLength: 4 }), async (raw, pieces) => {
        let bytes = raw;
        for (const { at, length, by, twice } of pieces) {
          const start = Math.floor(at * bytes.length);
          const taken = bytes.subarray(start, start + length);
          bytes = Buffer.concat([
            bytes.subarray(0, start),
            ...(twice ? [taken, taken] : [by]),
            bytes.subarray(start + length),
          ]);
        }
        await wholeWay(bytes);
      }),
      { numRuns: 400 },
    );
  });

  test('mails cut off anywhere', async () => {
    await assert(
      asyncProperty(constantFrom(...fixtures), double({ min: 0, max: 1, noNaN: true }), async (raw, share) => {
        await wholeWay(raw.subarray(0, Math.floor(share * raw.length)));
      }),
      { numRuns: 200 },
    );
  });
});

test('any label and bytes decode to text', () => {
  const labels = oneof(
    string(),
    constantFrom(
      'utf-8',
      'shift_jis',
      'iso-2022-jp',
      'iso-2022-kr',
      'gb18030',
      'big5',
      'cp949',
      'utf-7',
      'hz-gb-2312',
      'utf-16',
      'koi8-r',
      '',
    ),
  );
  assert(
    property(uint8Array({ maxLength: 300 }), labels, (bytes, label) =>
      expect(typeof decodeText(bytes, label).text).toBe('string'),
    ),
  );
});

test('any UTF-8 survives its header and body encodings', () => {
  assert(
    property(string({ unit: 'grapheme', maxLength: 60 }), (text) => {
      const plain = text.replace(/\p{Surrogate}/gu, '').replace(/[\p{Cc}\u2028\u2029]/gu, '');
      const bytes = Buffer.from(plain);
      const words = bytes.toString('latin1').match(/[^]{1,30}/g) ?? [];
      const encoded = words
        .map((word) => `=?utf-8?B?${Buffer.from(word, 'latin1').toString('base64')}?=`)
        .join('\r\n ');
      expect(decodeWords(encoded)).toBe(plain);
      expect(decodeTransfer(Buffer.from(bytes.toString('base64')), 'base64').bytes.toString()).toBe(plain);
    }),
  );
});

test('any name becomes one that can be a file', () => {
  assert(
    property(oneof(string({ unit: 'binary', maxLength: 300 }), string({ maxLength: 600 })), (name) => {
      const safe = safeFileName(name);
      expect(safe).not.toMatch(/[/\\\p{Cc}\u202a-\u202e]/u);
      expect(Buffer.byteLength(safe)).toBeLessThanOrEqual(255);
      expect(['.', '..']).not.toContain(safe);
      expect(safe).not.toMatch(/\p{Surrogate}/u);
    }),
  );
});

test('any HTML is made safe, and stays safe when it is read again', () => {
  const bits = constantFrom(
    '<',
    '>',
    '"',
    "'",
    '=',
    '/',
    ' ',
    'a',
    '<p>',
    '<a href=',
    'javascript:',
    '<img src=',
    'onerror=',
    '<style>',
    '</style>',
    '<!--',
    '-->',
    '<svg>',
    'style="',
    'color:',
    'url(',
    '&lt;',
    '&#x6a;',
    '\u0000',
    'https://a.example',
  );
  assert(
    property(array(bits, { maxLength: 40 }), (pieces) => {
      const unsafe = /<(?:script|style|svg|iframe)|<[^>]*\son\w+\s*=|<[^>]*(?:href|src)\s*=\s*["']?\s*javascript:/i;
      const { html } = sanitizeMailHtml(pieces.join(''));
      expect(html).not.toMatch(unsafe);
      expect(sanitizeMailHtml(html).html).not.toMatch(unsafe);
    }),
    { numRuns: 1000 },
  );
});

test('any enquiry id travels in an address, and no other secret reads it', () => {
  assert(
    property(string({ unit: 'grapheme', minLength: 1, maxLength: 8 }), (id) => {
      const enquiryId = id.replace(/\p{Surrogate}/gu, '');
      const token = mintReplyToken({ address: 's@d.example', enquiryId, secret: 'one' });
      if (token === null) return;
      expect(readReplyToken(token, 'one')?.enquiryId).toBe(enquiryId);
      expect(readReplyToken(token, 'two')).toBeNull();
    }),
  );
});
