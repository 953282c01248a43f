import { assert, nat, property, tuple, uint8Array } from 'fast-check';
import { readTnef } from '../../mail/mime/tnef';
import { anInboundMail, parsed } from './fixture';

const u16 = (n: number): Buffer => Buffer.from(Uint16Array.of(n).buffer);
const u32 = (n: number): Buffer => Buffer.from(Uint32Array.of(n).buffer);
const attribute = (level: 1 | 2, id: number, data: Buffer): Buffer =>
  Buffer.concat([Buffer.of(level), u16(id), u16(0), u32(data.length), data, u16(0)]);
const stream = (...attributes: Buffer[]): Buffer => Buffer.concat([u32(0x223e9f78), u16(1), ...attributes]);
const padded = (data: Buffer): Buffer => Buffer.concat([data, Buffer.alloc((4 - (data.length % 4)) % 4)]);
const property1 = (id: number, type: number, value: Buffer): Buffer =>
  Buffer.concat([u16(type), u16(id), u32(1), u32(value.length), padded(value)]);
const properties = (...list: Buffer[]): Buffer => Buffer.concat([u32(list.length), ...list]);
const unicode = (text: string): Buffer => Buffer.from(`${text}\0`, 'utf16le');

const rendering = attribute(2, 0x9002, Buffer.alloc(14));
const title = (name: string): Buffer => attribute(2, 0x8010, Buffer.from(`${name}\0`, 'latin1'));
const data = (text: string): Buffer => attribute(2, 0x800f, Buffer.from(text));
const about = (...list: Buffer[]): Buffer => attribute(2, 0x9005, properties(...list));

describe('M8 winmail.dat', () => {
  test('stays a file, with the files inside beside it', async () => {
    const { attachments } = await parsed('winmail-dat');
    expect(attachments.map(({ name, type }) => [name, type])).toEqual([
      ['winmail.dat', 'application/ms-tnef'],
      ['report.txt', 'text/plain'],
    ]);
    expect(attachments[1]?.content.toString()).toBe('inside the dat file');
  });

  test('gives long names, types and Content-IDs', () => {
    const content = readTnef(
      stream(
        rendering,
        title('LONGNA~1.PDF'),
        data('%PDF-1.4'),
        about(
          property1(0x3707, 0x1f, unicode('Übersicht 2026.pdf')),
          property1(0x370e, 0x1e, Buffer.from('application/pdf\0')),
          property1(0x3712, 0x1f, unicode('image@x')),
        ),
      ),
    );
    expect(content?.files).toEqual([
      { name: 'Übersicht 2026.pdf', type: 'application/pdf', contentId: 'image@x', content: Buffer.from('%PDF-1.4') },
    ]);
  });

  test('reads names in the code page it declares', () => {
    const content = readTnef(
      stream(
        attribute(1, 0x9007, Buffer.concat([u32(1251), u32(0)])),
        rendering,
        attribute(2, 0x8010, Buffer.from('\xf4\xe0\xe9\xeb.txt\0', 'latin1')),
        data('x'),
      ),
    );
    expect(content?.files[0]?.name).toBe('файл.txt');
  });

  test('gives its body to a mail that has none', async () => {
    const body = stream(attribute(1, 0x9003, properties(property1(0x1013, 0x102, Buffer.from('<p>Only inside</p>')))));
    const mail = await anInboundMail(
      'From: a@b.example',
      'Content-Type: application/ms-tnef; name=winmail.dat',
      'Content-Transfer-Encoding: base64',
      '',
      body.toString('base64'),
    );
    expect(mail).toMatchObject({ text: 'Only inside', html: '<p>Only inside</p>' });
  });

  test('opens a mail inside', () => {
    const inner = stream(attribute(1, 0x800c, Buffer.from('Old words\0')), rendering, title('old.txt'), data('old'));
    const object = property1(0x3701, 0x0d, Buffer.concat([Buffer.alloc(16), inner]));
    const content = readTnef(stream(rendering, title('Old mail'), about(object)));
    expect(content?.files.map(({ name, content: bytes }) => [name, bytes.toString()])).toEqual([
      ['Old mail.txt', 'Old words'],
      ['old.txt', 'old'],
    ]);
  });

  test('skips named and fixed properties before the one that matters', () => {
    const named = Buffer.concat([
      u16(0x1e),
      u16(0x8001),
      Buffer.alloc(16),
      u32(1),
      u32(6),
      padded(Buffer.from('n\0a\0\0\0')),
      u32(1),
      u32(2),
      padded(Buffer.from('v\0')),
    ]);
    const fixed = Buffer.concat([u16(0x40), u16(0x3007), Buffer.alloc(8)]);
    const many = Buffer.concat([u16(0x1003), u16(0x3008), u32(2), u32(1), u32(2)]);
    const content = readTnef(
      stream(rendering, data('x'), about(named, fixed, many, property1(0x3707, 0x1f, unicode('a.txt')))),
    );
    expect(content?.files[0]?.name).toBe('a.txt');
  });

  test.each([
    ['no TNEF at all', Buffer.from('hello world')],
    ['nothing', Buffer.alloc(0)],
  ])('that is %s is left as it is', (_what, bytes) => {
    expect(readTnef(bytes)).toBeNull();
  });

  test('that claims four gigabytes costs none', () => {
    const claim = Buffer.concat([Buffer.of(2), u16(0x800f), u16(0), u32(0xffffffff)]);
    expect(readTnef(stream(rendering, title('a.txt'), data('x'), claim))?.files).toHaveLength(1);
    const huge = attribute(2, 0x9005, Buffer.concat([u32(0xffffffff), u16(0x1e), u16(0x3707), u32(0xffffffff)]));
    expect(readTnef(stream(rendering, title('a.txt'), data('x'), huge))?.files).toHaveLength(1);
  });

  test('of any bytes ends without an error', () => {
    const whole = stream(
      rendering,
      title('a.txt'),
      data('x'.repeat(50)),
      about(property1(0x3707, 0x1f, unicode('a.txt')), property1(0x3701, 0x0d, Buffer.alloc(40))),
    );
    assert(
      property(tuple(nat(whole.length), nat(30), uint8Array({ maxLength: 30 })), ([at, length, by]) => {
        readTnef(Buffer.concat([whole.subarray(0, at), by, whole.subarray(at + length)]));
      }),
      { numRuns: 500 },
    );
  });
});
