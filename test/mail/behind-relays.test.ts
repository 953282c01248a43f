import { anInboundMail } from './fixture';

const relays = [
  'Return-Path: <a@b.example>',
  'Received: from relay.example by mx.desk.example;',
  '\tMon, 30 Nov 2026 09:00:00 +0100',
];
const written = ['From: a@b.example', 'Subject: Saved', '', 'Hello'];

describe('M6 a mail is read as it was written, whatever servers wrote above it', () => {
  test.each([
    ['a byte order mark', ['\ufeffFrom: a@b.example', ...written.slice(1)]],
    ['empty lines', ['', '', ...written]],
    ['a byte order mark behind an empty line', ['', '\ufeffFrom: a@b.example', ...written.slice(1)]],
    ['a line of a mail folder', ['From a@b.example Mon Nov 30 09:00:00 2026', ...written]],
    ['two carriage returns a line', [[...written, ''].join('\r\r\n')]],
    ['two carriage returns a line, and long folded ones', [['X-Long: a', '\tb', ...written].join('\r\r\n')]],
  ])('that began with %s', async (_what, lines) => {
    for (const above of [[], relays]) {
      const mail = await anInboundMail(...above, ...lines);
      expect([mail.from[0]?.address, mail.subject, mail.text.trim()]).toEqual(['a@b.example', 'Saved', 'Hello']);
    }
  });

  test('a text that quotes a header is no header', async () => {
    const text = ['Look at this:', 'From: boss@desk.example', 'Subject: Paid', ''];
    const mail = await anInboundMail('From: a@b.example', 'Subject: Saved', '', ...text);
    expect([mail.from.length, mail.subject, mail.text]).toEqual([1, 'Saved', text.join('\n')]);
  });

  test('a second header below the first is the text', async () => {
    const mail = await anInboundMail(...relays, ...written.slice(0, 2), '', 'From: boss@desk.example', '', 'Paid');
    expect([mail.from.map(({ address }) => address), mail.text]).toEqual([
      ['a@b.example'],
      'From: boss@desk.example\n\nPaid',
    ]);
  });

  test('words alone below the lines of servers are words', async () => {
    expect(await anInboundMail(...relays, '', 'Hello there')).toMatchObject({ from: [], text: 'Hello there' });
  });

  test('a carriage return alone puts no field into the header', async () => {
    const mail = await anInboundMail('From: a@b.example', 'X-A: 1\rBcc: evil@b.example', '', 'Hello');
    expect(mail).toMatchObject({ bcc: [], text: 'Hello' });
  });
});
