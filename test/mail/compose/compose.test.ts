import { generateKeyPairSync } from 'node:crypto';
import { simpleParser } from 'mailparser';
import { checkAddress, composeMail, UnusableAddress, type OutgoingMail } from '../../../mail/compose';
import { UnusableDkimKey } from '../../../mail/dkim';

function aMail(more: Partial<OutgoingMail> = {}): OutgoingMail {
  return {
    messageId: '<1.abc@x.test>',
    date: new Date('2026-03-04T05:06:07Z'),
    from: { address: 'support@x.test', name: 'Support' },
    to: [{ address: 'ann@y.test', name: 'Ann' }],
    subject: 'Re: Your order',
    html: '<p>Hello <b>Ann</b>,</p><p>see <a href="https://x.test/a">our page</a>.</p>',
    ...more,
  };
}

async function headers(more: Partial<OutgoingMail> = {}): Promise<string> {
  const raw = (await composeMail(aMail(more))).toString();
  return raw.slice(0, raw.indexOf('\r\n\r\n') + 2).replace(/\r\n[ \t]+/g, ' ');
}

describe('composing a mail', () => {
  test('makes text and a full HTML document from the HTML', async () => {
    const mail = await simpleParser(await composeMail(aMail({ preview: 'A short preview', language: 'en' })));

    expect(mail.text).toBe('Hello Ann,\n\nsee our page <https://x.test/a>.\n');
    expect(mail.html).toMatch(/^<!DOCTYPE html>\n<html lang="en">/);
    expect(mail.html).toContain('<title>Re: Your order</title>');
    expect(mail.html).toMatch(/<body[^>]*>\n<div style="display:none[^>]*>A short preview/);
    expect(mail.headers.get('content-type')).toMatchObject({ value: 'multipart/alternative' });
  });

  test('takes a text of its own, and a document as it is', async () => {
    const html = '<html><head><title>T</title></head><body class="b"><p>Hi</p></body></html>';
    const mail = await simpleParser(await composeMail(aMail({ html, text: 'Own words\n', preview: 'Peek' })));

    expect(mail.text).toBe('Own words\n');
    expect(mail.html).toMatch(/^<html>.*<body class="b"><div [^>]*>Peek[\s\S]*<\/div><p>Hi<\/p><\/body><\/html>/s);
  });

  test('shows inline images where the HTML names them, and hangs files on', async () => {
    const raw = await composeMail(
      aMail({
        html: '<p><img src="cid:logo"></p>',
        attachments: [
          { name: 'logo.png', type: 'image/png', content: Buffer.from('png'), contentId: 'logo' },
          { name: 'Rechnung für März.pdf', type: 'application/pdf', content: Buffer.from([0, 255, 13, 10]) },
        ],
      }),
    );
    const mail = await simpleParser(raw, { keepCidLinks: true });

    expect(mail.html).toContain('<img src="cid:logo">');
    expect(
      mail.attachments.map(({ filename, related, cid, contentDisposition }) => [
        filename,
        related,
        cid,
        contentDisposition,
      ]),
    ).toEqual([
      ['logo.png', true, 'logo', 'inline'],
      ['Rechnung für März.pdf', undefined, undefined, 'attachment'],
    ]);
    expect(mail.attachments[1]?.content).toEqual(Buffer.from([0, 255, 13, 10]));
  });

  test('gives the same bytes for the same mail, and other boundaries for another', async () => {
    const first = await composeMail(aMail());
    expect((await composeMail(aMail())).equals(first)).toBe(true);

    const other = await composeMail(aMail({ messageId: '<2.abc@x.test>' }));
    const boundary = (raw: Buffer): string | undefined => /boundary="([^"]+)"/.exec(raw.toString())?.[1];
    expect(boundary(other)).not.toBe(boundary(first));
  });

  test('breaks lines with CRLF only, and keeps them under 998 bytes', async () => {
    const raw = await composeMail(aMail({ html: `<p>${'ä'.repeat(5000)}</p>`, text: 'x'.repeat(5000) }));

    expect(raw.toString('latin1').replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    expect(
      Math.max(
        ...raw
          .toString('latin1')
          .split('\r\n')
          .map((line) => line.length),
      ),
    ).toBeLessThan(998);
  });

  test('says who, to whom, where to answer, and in which thread', async () => {
    const text = await headers({
      cc: [{ address: 'bob@y.test' }],
      replyTo: { address: 'support+t.xyz@x.test' },
      inReplyTo: '<q2@y.test>',
      references: ['<q1@y.test>', '<q2@y.test>'],
      threadIndex: 'AdXYZ'.padEnd(40, 'A'),
      threadTopic: 'Your order',
    });

    for (const line of [
      'From: Support <support@x.test>',
      'To: Ann <ann@y.test>',
      'Cc: bob@y.test',
      'Reply-To: support+t.xyz@x.test',
      'Message-ID: <1.abc@x.test>',
      'Date: Wed, 04 Mar 2026 05:06:07 +0000',
      'In-Reply-To: <q2@y.test>',
      'References: <q1@y.test> <q2@y.test>',
      `Thread-Index: ${'AdXYZ'.padEnd(40, 'A')}`,
      'Thread-Topic: Your order',
    ]) {
      expect(text).toContain(`${line}\r\n`);
    }
    expect(text).not.toMatch(/^(Auto-Submitted|Precedence|X-Loop|X-Auto-Response-Suppress|Bcc):/m);
  });

  test('marks automatic mail so that no machine answers it', async () => {
    const text = await headers({ automatic: { instance: 'ringpost.x.test' } });

    for (const line of [
      'Auto-Submitted: auto-replied',
      'X-Auto-Response-Suppress: All',
      'Precedence: auto_reply',
      'X-Loop: ringpost.x.test',
    ]) {
      expect(text).toContain(`${line}\r\n`);
    }
  });

  const evil = 'a\r\nBcc: victim@z.test\r\n\r\nbody\u2028\u0000';
  test.each<[string, Partial<OutgoingMail>]>([
    ['subject', { subject: evil }],
    ['sender name', { from: { address: 'support@x.test', name: evil } }],
    ['recipient name', { to: [{ address: 'ann@y.test', name: evil }] }],
    ['thread topic', { threadTopic: evil }],
    ['thread index', { threadIndex: evil }],
    ['instance', { automatic: { instance: evil } }],
    ['In-Reply-To', { inReplyTo: `<x@y>${evil}` }],
    ['References', { references: [`<x@y>${evil}`, `<a${evil}@y>`] }],
    ['file name', { attachments: [{ name: evil, type: 'text/plain', content: Buffer.from('x') }] }],
    ['content type', { attachments: [{ name: 'a', type: `text/plain${evil}`, content: Buffer.from('x') }] }],
    ['content id', { attachments: [{ name: 'a', type: 'image/png', content: Buffer.from('x'), contentId: evil }] }],
    ['preview and language', { preview: evil, language: evil }],
  ])('no line of its own comes out of the %s', async (_what, more) => {
    const raw = (await composeMail(aMail(more))).toString();

    const parts = raw.split(/\r\n\r\n/);
    for (const part of parts) expect(part).not.toMatch(/^bcc:/im);
    expect(raw.slice(0, raw.indexOf('\r\n\r\n'))).toMatch(/^Subject: /m);
  });

  test.each([
    'ann@y.test\r\nBcc: b@z.test',
    'ann@y.test, bob@z.test',
    '<ann@y.test>',
    'ann',
    'a b@y.test',
    'ann@',
    '@y.test',
    'ann@y.test\u0000',
    '"ann"@y.test',
    'a'.repeat(65).concat('@y.test'),
  ])('refuses to write to %j', async (address) => {
    expect(() => checkAddress(address)).toThrow(UnusableAddress);
    await expect(composeMail(aMail({ to: [{ address }] }))).rejects.toThrow(UnusableAddress);
  });

  test.each(['ann@y.test', "o'neil+tag=1@y.co.uk", 'jörg@münchen.test', 'a@[127.0.0.1]'])('writes to %j', (address) => {
    expect(checkAddress(` ${address} `)).toBe(address);
  });

  test('refuses a Message-ID that is none', async () => {
    await expect(composeMail(aMail({ messageId: '1.abc@x.test' }))).rejects.toThrow(UnusableAddress);
  });

  test('reads no file and fetches nothing for what the HTML or a file name says', async () => {
    const mail = await simpleParser(
      await composeMail(
        aMail({
          html: '<img src="file:///etc/passwd"><img src="http://127.0.0.1:1/x">',
          attachments: [{ name: '/etc/passwd', type: 'text/plain', content: Buffer.from('mine') }],
        }),
      ),
      { keepCidLinks: true },
    );

    expect(mail.attachments.map(({ filename, content }) => [filename, content.toString()])).toEqual([
      ['_etc_passwd', 'mine'],
    ]);
  });

  test('makes text of HTML nested 20,000 deep', async () => {
    const html = '<div>'.repeat(20_000) + 'deep' + '</div>'.repeat(20_000);

    await expect(composeMail(aMail({ html }))).resolves.toBeInstanceOf(Buffer);
  });
});

describe('signing with DKIM', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();

  test('puts a signature before the mail, the same for the same mail', async () => {
    const dkim = { domain: 'x.test', selector: 's1', privateKey: rsa };
    const raw = await composeMail(aMail({ dkim }));

    expect(raw.toString().replace(/\r\n /g, ' ')).toMatch(
      /^DKIM-Signature: v=1; a=rsa-sha256; c=relaxed\/relaxed; d=x\.test; .*s=s1;/,
    );
    expect((await composeMail(aMail({ dkim }))).equals(raw)).toBe(true);
  });

  test.each([
    ['no key', 'nonsense'],
    [
      'an elliptic key',
      generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    ],
    [
      'a key of 512 bits',
      generateKeyPairSync('rsa', { modulusLength: 512 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    ],
  ])('refuses %s instead of sending without a signature, and never shows the key', async (_what, privateKey) => {
    const failure = composeMail(aMail({ dkim: { domain: 'x.test', selector: 's1', privateKey } }));

    await expect(failure).rejects.toThrow(UnusableDkimKey);
    await expect(failure).rejects.not.toThrow(privateKey);
  });
});
