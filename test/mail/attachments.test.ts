import { createHash } from 'node:crypto';
import { safeFileName, uniqueFileName } from '../../mail/mime/file-name';
import { fileType } from '../../mail/mime/file-type';
import { anInboundMail, parsed } from './fixture';

describe('A1 names of files', () => {
  test.each([
    ['file-name-rfc-2231', ['注文 書.pdf']],
    ['file-name-encoded-word', ['Übersicht 2026.pdf']],
    ['file-name-raw-shift-jis', ['注文書のコピー.pdf']],
    ['file-name-with-path', ['passwd', 'notes.txt']],
    ['file-name-turned-around', ['invoicefdp.exe']],
    ['files-of-the-same-name', ['scan.png', 'scan (2).png', 'SCAN (3).png']],
    ['files-without-names', ['attachment-1.png', 'attachment-2.pdf']],
    ['attached-mail', ['The old mail.eml']],
    ['winmail-dat', ['winmail.dat', 'report.txt']],
    ['receipt-read', ['read-receipt.txt']],
    ['bounce-postfix', ['delivery-status.txt', 'Re_ Your question.eml']],
  ])('%s', async (name, files) => {
    expect((await parsed(name)).attachments.map((file) => file.name)).toEqual(files);
  });

  test.each([
    ['../../etc/passwd', 'passwd'],
    ['C:\\temp\\a.txt', 'a.txt'],
    ['..', ''],
    ['a\u0000b\u202e\u200bc.txt', 'abc.txt'],
    ['  .hidden. ', 'hidden'],
    ['CON.txt', '_CON.txt'],
    ['a<b>:"|?*.txt', 'a_b______.txt'],
    ['\ud800x.txt', 'x.txt'],
    ['u\u0308.txt', 'ü.txt'],
  ])('%j becomes %j', (given, safe) => {
    expect(safeFileName(given)).toBe(safe);
  });

  test('are cut to 255 bytes and keep their extension', () => {
    const name = safeFileName(`${'漢'.repeat(300)}.pdf`);
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
    expect(name).toMatch(/^漢+\.pdf$/);
  });

  test('stay different when long ones are equal', () => {
    const taken = new Set<string>();
    const long = safeFileName(`${'x'.repeat(400)}.pdf`);
    const names = [1, 2, 3].map(() => uniqueFileName(long, taken));
    expect(new Set(names).size).toBe(3);
    for (const name of names) expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
  });
});

describe('A2 types of files', () => {
  test('are those of the content, whatever name and header say', async () => {
    const mail = await parsed('file-types-that-lie');
    expect(mail.attachments.map(({ name, type, declaredType }) => [name, type, declaredType])).toEqual([
      ['cat.png', 'text/html', 'image/png'],
      ['bill.pdf', 'application/x-msdownload', 'application/pdf'],
      ['photo', 'image/png', 'application/octet-stream'],
    ]);
  });

  const zip = Buffer.from('504b030414000600', 'hex');
  const ole = Buffer.from('d0cf11e0a1b11ae1', 'hex');
  test.each([
    [
      zip,
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
      'a.docx',
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    ],
    [zip, 'application/octet-stream', 'a.xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
    [zip, 'image/png', 'a.png', 'application/zip'],
    [ole, 'application/octet-stream', 'a.doc', 'application/msword'],
    [ole, 'application/msword', 'a.doc', 'application/msword'],
    [Buffer.from('%PDF-1.7'), 'application/octet-stream', 'a', 'application/pdf'],
    [Buffer.from('RIFF\0\0\0\0WEBPVP8 '), 'image/jpeg', 'a.jpg', 'image/webp'],
    [Buffer.from('a,b\n1,2\n'), 'application/octet-stream', 'a.csv', 'text/csv'],
    [Buffer.from('hello'), 'application/pdf', 'a.pdf', 'text/plain'],
    [Buffer.from([0, 1, 2, 3]), 'image/png', 'a.png', 'application/octet-stream'],
    [Buffer.from('<svg xmlns="x"><script/></svg>'), 'image/png', 'a.png', 'image/svg+xml'],
    [Buffer.from('\ufeff <!DOCTYPE html><p>'), 'text/plain', 'a.txt', 'text/html'],
    [Buffer.alloc(0), 'image/png', 'a.png', 'image/png'],
    [Buffer.from('words'), 'text/x-thing', 'a.thing', 'text/x-thing'],
  ])('%# %s %s %s is %s', (content, declared, name, type) => {
    expect(fileType(content, declared, name)).toBe(type);
  });
});

test('a file carries its bytes, their number and their digest', async () => {
  const [file] = (await parsed('uuencoded-part')).attachments;
  expect(file?.content.toString()).toBe('Hello from uuencode');
  expect(file).toMatchObject({ bytes: 19, sha256: createHash('sha256').update('Hello from uuencode').digest('hex') });
});

test.each([
  ['invoice.pdf' + ' '.repeat(100) + '.exe', 'invoice.pdf .exe'],
  ['invoice.pdf' + '\u00a0'.repeat(50) + '.exe', 'invoice.pdf .exe'],
  ['a\u{e0041}\u{e0062}.pdf', 'a.pdf'],
  ['Invoice\u202efdp.exe', 'Invoicefdp.exe'],
])('A1 a name shows its extension: %j', (name, safe) => {
  expect(safeFileName(name)).toBe(safe);
});

test('M9 S/MIME that is only known by its file name is known', async () => {
  const mail = await anInboundMail(
    'Content-Type: application/octet-stream; name="smime.p7m"',
    'Content-Transfer-Encoding: base64',
    '',
    'MIAGCSqGSIb3DQEHA6CAMIACAQAxggFA',
  );
  expect(mail.protection).toBe('encrypted');
  expect(mail.attachments.map(({ name }) => name)).toEqual(['smime.p7m']);
});

test('M10 an attached mail is one file with everything in it', async () => {
  const { attachments } = await parsed('attached-mail');
  expect(attachments).toHaveLength(1);
  expect(attachments[0]).toMatchObject({ type: 'message/rfc822' });
  expect(attachments[0]?.content.toString()).toContain('filename=old.pdf');
});

test('M12 a file whose encoding is not known is kept as it came', async () => {
  const mail = await parsed('unknown-transfer-encoding');
  expect(mail.attachments[0]?.content.toString()).toContain('=ybegin');
  expect(mail.warnings).toHaveLength(1);
});

test('broken base64 gives what can be read and says so', async () => {
  const mail = await parsed('broken-base64');
  expect(mail.attachments[0]?.content.toString('latin1')).toContain('%%EOF');
  expect(mail.warnings).toEqual([expect.stringContaining('badly encoded')]);
});
