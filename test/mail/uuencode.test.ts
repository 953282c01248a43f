import { findUuencoded } from '../../mail/mime/uuencode';
import { anInboundMail } from './fixture';

const uuLine = (bytes: Buffer): string => {
  const six = (value: number): string => String.fromCharCode(value === 0 ? 0x60 : value + 32);
  const padded = Buffer.concat([bytes, Buffer.alloc((3 - (bytes.length % 3)) % 3)]);
  let out = six(bytes.length);
  for (let i = 0; i < padded.length; i += 3) {
    const word = padded.readUIntBE(i, 3);
    out += six(word >> 18) + six((word >> 12) & 63) + six((word >> 6) & 63) + six(word & 63);
  }
  return out;
};

/** As `uuencode NAME` writes it, line by line. */
const uuencoded = (name: string, content: Buffer): string[] => {
  const lines = [`begin 644 ${name}`];
  for (let at = 0; at < content.length; at += 45) lines.push(uuLine(content.subarray(at, at + 45)));
  return [...lines, '`', 'end'];
};

const report = Buffer.concat([Buffer.from('%PDF-1.4\n'), Buffer.from(Array.from({ length: 300 }, (_, i) => i % 256))]);
const header = ['From: ann@customer.example', 'Subject: Report'];

describe('M12 a file that stands uuencoded between the lines of a text', () => {
  test('is a file, and the words around it stay the text', async () => {
    const lines = ['See the report.', '', ...uuencoded('report 1.pdf', report), '', 'Bye, Ann'];
    const mail = await anInboundMail(...header, '', ...lines);
    expect(mail.text).toBe('See the report.\n\n\nBye, Ann');
    expect(mail.attachments).toMatchObject([{ name: 'report 1.pdf', type: 'application/pdf', inline: false }]);
    expect(mail.attachments[0]?.content.equals(report)).toBe(true);
  });

  test('two of them are two files with safe names', async () => {
    const files = [...uuencoded('../../a.pdf', report), ...uuencoded('B.GIF', Buffer.from('GIF89a rest'))];
    const { text, attachments } = await anInboundMail(...header, '', 'Two:', ...files);
    expect(text).toBe('Two:\n');
    expect(attachments.map(({ name, type }) => [name, type])).toEqual([
      ['a.pdf', 'application/pdf'],
      ['B.GIF', 'image/gif'],
    ]);
  });

  test('in one alternative leaves the other alone', async () => {
    const { text, html, attachments } = await anInboundMail(
      ...header,
      'Content-Type: multipart/alternative; boundary=b',
      '',
      '--b',
      'Content-Type: text/plain',
      '',
      'Hi',
      ...uuencoded('a.pdf', report),
      '--b',
      'Content-Type: text/html',
      '',
      '<p>Hi</p>',
      '--b--',
    );
    expect([text.trim(), html?.trim(), attachments.length]).toEqual(['Hi', '<p>Hi</p>', 1]);
  });

  test('loses nothing where relays took the spaces from the ends of its lines', () => {
    const zeros = Buffer.concat([Buffer.from('begins with words, and then there are zeros: '), Buffer.alloc(90)]);
    const spaced = uuencoded('z.bin', zeros).map((line) => line.replace(/`/g, ' ').trimEnd());
    expect(findUuencoded(spaced.join('\n'))[0]?.content).toEqual(zeros);
  });

  test('that was cut off gives what came', () => {
    const [file] = findUuencoded(uuencoded('cut.bin', report).slice(0, 4).join('\r\n'));
    expect(file?.content).toEqual(report.subarray(0, 135));
  });

  test('more than a hundred are left in the text', () => {
    const many = Array.from({ length: 101 }, (_, i) => uuencoded(`${i}.bin`, Buffer.from('x'))).flat();
    expect(findUuencoded(many.join('\n'))).toHaveLength(100);
  });
});

test.each([
  ['talk about it', ['begin 644 foo.txt', 'and then the lines, and', 'end']],
  ['words in capitals', ['begin 644 FOO', 'HELLO THERE', 'end']],
  ['an empty file', ['begin 644 foo.txt', '`', 'end']],
  ['a quoted one', ['> begin 644 foo.txt', '> #86)C', '> `', '> end']],
  ['a line that is longer than it says', ['begin 644 foo.txt', `#${'8'.repeat(60)}`, 'end']],
])('%s is no uuencoded file', async (_what, lines) => {
  const { text, attachments } = await anInboundMail(...header, '', ...lines);
  expect([text, attachments]).toEqual([lines.join('\n'), []]);
});
