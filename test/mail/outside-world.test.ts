import { forTerminal } from '../../cli/for-terminal';
import { decodeTransfer } from '../../mail/mime/transfer';
import { parseMail } from '../../mail/parse';
import { anInboundMail } from './fixture';

const HEAD =
  'From: Ann <ann@customer.example>\r\nDate: Sat, 21 Nov 2026 10:00:00 +0100\r\nMessage-ID: <1@customer.example>';

test('Japanese words encoded one by one are one subject', async () => {
  const mail = await anInboundMail(
    HEAD,
    'Subject: =?ISO-2022-JP?B?GyRCPiZJSiQsGyhC?=',
    ' =?ISO-2022-JP?B?GyRCRk8kLSReJDskcxsoQg==?=',
    '',
    'Hello',
  );
  expect(mail.subject).toBe('商品が届きません');
});

test.each([
  ['spaces and tabs', 'a =3D  \t\r\nb', 'a =\r\nb'],
  ['spaces before a bare line feed', 'a  \nb', 'a\nb'],
  ['a space that is encoded', 'a=20\r\nb', 'a \r\nb'],
  ['a space before a line that goes on', 'a =\r\nb', 'a b'],
  ['a line break that is encoded', 'a =0Ab', 'a \nb'],
])('at the end of a quoted-printable line: %s', (_what, given, expected) => {
  expect(decodeTransfer(Buffer.from(given), 'quoted-printable').bytes.toString()).toBe(expected);
});

test('cells of an HTML table are words apart, rows are lines', async () => {
  const table = '<table><tr><td>Order</td><td>4711</td></tr><tr><th>Name</th><td>Ann</td></tr></table>';
  const mail = await anInboundMail(HEAD, 'Content-Type: text/html', '', table);
  expect(mail.text).toBe('Order 4711\nName Ann');
});

test('a Message-ID beyond ASCII is the one that an answer to it names', async () => {
  const asked = await anInboundMail('From: a@b.example', 'Message-ID: <grüße@customer.example>', '', 'Hello');
  const answer = await anInboundMail(HEAD, 'In-Reply-To: <grüße@customer.example>', '', 'Hello');
  expect(asked.messageId).toBe('<grüße@customer.example>');
  expect(answer.inReplyTo).toEqual([asked.messageId]);
});

test.each([
  ['a quote that is not closed', '"Ann <ann@customer.example>', 'Ann'],
  ['doubled angle brackets', 'Ann <<ann@customer.example>>', 'Ann'],
  ['an address in single quotes', "Ann <'ann@customer.example'>", 'Ann'],
  ['an escaped quote', '"Ann \\" A" <ann@customer.example>', 'Ann " A'],
])('From with %s still tells who wrote', async (_what, from, name) => {
  const mail = await anInboundMail(`From: ${from}`, '', 'Hello');
  expect(mail.from).toEqual([{ address: 'ann@customer.example', name }]);
});

test('one quote that is not closed costs no other recipient his address', async () => {
  const mail = await anInboundMail(HEAD, 'To: "Bee, Bob" <bob@desk.example>, "Cy <cy@desk.example>', '', 'Hello');
  expect(mail.to.map(({ address }) => address)).toEqual(['bob@desk.example', 'cy@desk.example']);
});

test('a line of 1.5 MB at the top of the header does not hide the fields behind it', async () => {
  const mail = await anInboundMail(`X-Long: ${'x'.repeat(1_500_000)}`, HEAD, 'Subject: Here', '', 'Hello');
  expect(mail).toMatchObject({ subject: 'Here', messageId: '<1@customer.example>', text: 'Hello' });
  expect(mail.from).toHaveLength(1);
  expect(mail.warnings).toEqual([expect.stringContaining('header is longer than the limit')]);
});

test('a mail with lines of an old Mac is read behind the line of the relay that took it', async () => {
  const mac = 'From: ann@customer.example\rSubject: Mac\r\rHello\rthere';
  const mail = await parseMail(
    Buffer.from(`Received: from a by b;\r\n\tSat, 21 Nov 2026 10:00:00 +0000\r\n${mac}\r\n`),
  );
  expect(mail).toMatchObject({ subject: 'Mac', text: 'Hello\nthere\n' });
});

test.each([
  ['a charset nobody knows', 'no-such-charset', 'Grüße', 'utf-8'],
  ['UTF-8 that is none', 'utf-8', Buffer.from('Gr\xfc\xdfe', 'latin1'), 'windows-1252'],
])('text in %s is read and told to be a guess', async (_what, charset, text, readAs) => {
  const raw = Buffer.concat([
    Buffer.from(`${HEAD}\r\nContent-Type: text/plain; charset="${charset}"\r\n\r\n`),
    Buffer.from(text),
  ]);
  const mail = await parseMail(raw);
  expect(mail.text).toBe('Grüße');
  expect(mail.warnings).toEqual([`The text is not in the charset that the mail names; it was read as ${readAs}.`]);
});

test.each([
  ['words that look like a header', 'Order: 4711\r\n\r\nThanks', 'Order: 4711\n\nThanks'],
  ['words', 'Hello', 'Hello'],
  ['the header it should have had above it', 'Content-Type: text/html\r\n\r\n<p>Hello</p>', 'Hello'],
])('a part without a header is %s', async (_what, part, text) => {
  const mail = await anInboundMail(HEAD, 'Content-Type: multipart/mixed; boundary=B', '', '--B', '', part, '--B--');
  expect(mail.text).toBe(text);
});

test('the mails of a digest are files, each named by its subject', async () => {
  const part = (subject: string): string[] => ['--B', '', `From: a@b.example\r\nSubject: ${subject}\r\n\r\nHello`];
  const type = 'Content-Type: multipart/digest; boundary=B';
  const mail = await anInboundMail(HEAD, type, '', ...part('One'), ...part('Two'), '--B--');
  expect(mail.attachments.map(({ name }) => name)).toEqual(['One.eml', 'Two.eml']);
});

test('a file keeps its name where the word "attachment" was forgotten', async () => {
  const file = ['Content-Type: application/pdf', 'Content-Disposition: filename="a.pdf"', '', '%PDF-1.4'];
  const type = 'Content-Type: multipart/mixed; boundary=B';
  const mail = await anInboundMail(HEAD, type, '', '--B', '', 'Hello', '--B', ...file, '--B--');
  expect(mail.attachments.map(({ name }) => name)).toEqual(['a.pdf']);
});

test('an alternative of nothing but spaces gives way to the HTML', async () => {
  const html = ['--B', 'Content-Type: text/html', '', '<p>Hello</p>', '--B--'];
  const type = 'Content-Type: multipart/alternative; boundary=B';
  const mail = await anInboundMail(HEAD, type, '', '--B', 'Content-Type: text/plain', '', '   ', ...html);
  expect(mail.text).toBe('Hello');
});

test('HZ is known by its short name', async () => {
  const mail = await anInboundMail(HEAD, 'Subject: =?hz?Q?=7E=7BDc:C=7E=7D?=', '', 'Hello');
  expect(mail.subject).toBe('你好');
});

test('words of a mail steer no terminal', () => {
  expect(forTerminal('a\u001b[2Jb\u009b31m\nc\u202ed')).toBe('a[2Jb31mcd');
  expect(forTerminal('a\u001b\n\tb\u0085', 'many')).toBe('a\n\tb');
});

test('B1 a report in UTF-8 (RFC 6533) names our mail by the header that it gives back', async () => {
  const mail = await anInboundMail(
    'From: MAILER-DAEMON@mx.example',
    'Subject: Undelivered Mail Returned to Sender',
    'Content-Type: multipart/report; report-type=global-delivery-status; boundary=q',
    '',
    '--q',
    'Content-Type: message/global-delivery-status',
    '',
    'Reporting-MTA: dns; mx.example',
    '',
    'Final-Recipient: utf-8; jörg@bücher.example',
    'Action: failed',
    'Status: 5.1.1',
    '--q',
    'Content-Type: message/global-headers',
    '',
    'Message-ID: <sent-1@desk.example>',
    'Subject: Grüße',
    '--q--',
  );
  expect(mail.dsn).toMatchObject({ originalMessageId: '<sent-1@desk.example>', originalSubject: 'Grüße' });
  expect(mail.dsn?.recipients).toEqual([expect.objectContaining({ address: 'jörg@bücher.example', permanent: true })]);
});

test('a name that is written from right to left to look like another one is shown as it is', async () => {
  const mail = await anInboundMail('From: =?UTF-8?B?4oCuZ3JlQiDigKZBbm4=?= <eve@elsewhere.example>', '', 'Hello');
  expect(mail.from).toEqual([{ address: 'eve@elsewhere.example', name: 'greB …Ann' }]);
});
