import { htmlToText } from '../../mail/html/html-text';
import { unflow } from '../../mail/mime/flowed';
import { anInboundMail, parsed } from './fixture';

describe('M3 format=flowed', () => {
  test('never joins a quoted line with the words of the customer', async () => {
    const mail = await parsed('thunderbird-reply-flowed');
    expect(mail.text).toBe(
      '> Hi \nHello, here is what I wanted to say about the order number 4711.\n> Which colour do you want? \nBlue, please.\n-- \nAnn\n',
    );
  });

  test.each([
    ['joins lines that end with a space', 'a \nb\nc', false, 'a b\nc'],
    ['drops the space with delsp', 'a  \nb', true, 'a b'],
    ['joins quoted lines of one depth', '> a \n> b\n>> c', false, '> a b\n>> c'],
    ['takes the stuffing off', ' >no quote\n From here', false, '>no quote\nFrom here'],
    ['leaves the signature separator alone', 'a\n-- \nAnn', false, 'a\n-- \nAnn'],
  ])('%s', (_what, text, delSp, result) => {
    expect(unflow(text, delSp)).toBe(result);
  });
});

describe('M4 bodies', () => {
  test('several texts follow each other in order', async () => {
    expect((await parsed('several-text-parts')).text).toBe('First part.\n\nZweiter Teil: Größe.');
  });

  test('a list footer below HTML is part of both', async () => {
    const mail = await parsed('list-footer-after-html');
    expect(mail.text).toBe('Hello list\n\n_______________\nlist footer');
    expect(mail.html).toContain('<p>Hello list</p>');
    expect(mail.html).toContain('list footer');
  });

  test('an image between two texts stays between them', async () => {
    const mail = await parsed('apple-mail-text-image-text');
    expect(mail.html).toMatch(/The left side is broken:[^]*<img src="cid:inline-image-1">[^]*the right side/);
    expect(mail.attachments).toEqual([
      expect.objectContaining({ name: 'left.png', inline: true, contentId: 'inline-image-1' }),
    ]);
  });

  test('HTML alone gives the text too, without what would run', async () => {
    expect(await parsed('html-only')).toMatchObject({ text: 'Order\n\nWhere is my order?' });
  });

  test('a quoted mail with a body of its own does not stand for the whole', async () => {
    const quoted = '<blockquote><html><head><title>Old</title></head><body>Old words</body></html></blockquote>';
    const mail = await anInboundMail('Content-Type: text/html', '', `<div>New words</div>${quoted}`);
    expect(mail.text).toContain('New words');
    expect(mail.text).toContain('Old words');
    expect(mail.text).not.toMatch(/Old$/m);
  });

  test.each([
    ['Your mail client does not support HTML.', 'The real words'],
    ['Ihr Programm kann keine HTML-Mails anzeigen.', 'The real words'],
    ['I do not know what is wrong with your page.', 'I do not know what is wrong with your page.'],
  ])('a text that says "%s" leaves the word to the HTML or not', async (text, shown) => {
    const mail = await anInboundMail(
      'Content-Type: multipart/alternative; boundary=b',
      '',
      '--b',
      'Content-Type: text/plain; charset=utf-8',
      '',
      text,
      '--b',
      'Content-Type: text/html',
      '',
      '<p>The real words</p>',
      '--b--',
    );
    expect(mail.text).toBe(shown);
  });

  test.each([
    ['behind its end', 'SGVsbG8=\r\n'],
    ['behind a full line', 'SGVsbG8h\r\n'],
  ])('the footer of a list below base64 is not read as base64, %s', async (_where, encoded) => {
    const footer = '_____________\r\nThis list has an archive';
    const mail = await anInboundMail('Content-Transfer-Encoding: base64', '', `${encoded}${footer}`);
    expect(mail.text).toMatch(/^Hello!?$/);
    expect(mail.warnings).toContain('Part of the mail is badly encoded; what could be read of it is shown.');
  });

  test.each([
    ['words', 'Where is my parcel?\r\n\r\nIt was to come on Monday.\r\nAnn'],
    ['words without a sign', 'where is my parcel\r\nit was to come on monday'],
  ])('what says that it is base64 and is %s is read as it stands', async (_what, text) => {
    const mail = await anInboundMail('Content-Transfer-Encoding: base64', '', text);
    expect(mail.text.replaceAll('\n', '\r\n')).toBe(text);
    expect(mail.warnings).toContain('Part of the mail is badly encoded; what could be read of it is shown.');
  });

  test.each([
    ['on lines of a word each', Buffer.from('Hello, Ann!').toString('base64').replace(/..../g, '$&\r\n')],
    ['with a sign lost in it', `${Buffer.from('x'.repeat(57)).toString('base64').slice(0, 40)}!\r\n`],
  ])('base64 %s is read as base64', async (_how, encoded) => {
    const mail = await anInboundMail('Content-Transfer-Encoding: base64', '', encoded);
    expect(mail.text).toMatch(/^(?:Hello, Ann!|x+)$/);
  });

  test('an empty body is a mail', async () => {
    expect(await parsed('empty-body')).toMatchObject({ text: '', newText: '', html: null, attachments: [] });
  });

  test('a file inside an alternative is kept', async () => {
    const mail = await parsed('apple-mail-file-inside-alternative');
    expect(mail.text).toBe('Hello');
    expect(mail.attachments.map(({ name }) => name)).toEqual(['a.pdf']);
  });

  test.each([
    ['boundary-end-missing', 'Hello', ['cut.pdf']],
    ['boundary-differs', 'Hello', []],
    ['boundary-shared-by-levels', 'Hello', ['a.pdf']],
    ['multipart-without-parts', 'There is only text here.\n', []],
    ['text-enriched', 'Hello World and 1 < 2\n', []],
    ['broken-quoted-printable', 'Price = 5 €, 100=% sure, a=ZZ and a softbreak', []],
  ])('%s is read', async (name, text, files) => {
    const mail = await parsed(name);
    expect(mail.text).toBe(text);
    expect(mail.attachments.map((file) => file.name)).toEqual(files);
  });
});

describe('M5 inline images', () => {
  test.each([
    ['inline-image-shown', [['logo.png', true]]],
    ['inline-image-not-shown', [['image001.gif', false]]],
    [
      'outlook-mixed-related-alternative',
      [
        ['image001.png', true],
        ['offer.pdf', false],
      ],
    ],
  ])('%s', async (name, files) => {
    const mail = await parsed(name);
    expect(mail.attachments.map((file) => [file.name, file.inline])).toEqual(files);
    expect(mail.html).not.toContain('data:');
  });
});

describe('M7 invitations', () => {
  test('of Outlook show their event and keep the file', async () => {
    const mail = await parsed('invitation-outlook');
    expect(mail.calendar).toEqual({
      method: 'REQUEST',
      uid: '040000008200E00074C5B7101A82E008',
      summary: 'Visit, second floor',
      location: 'Berlin',
      start: '2026-12-01T10:00:00',
      end: '2026-12-01T11:00:00',
      zone: 'W. Europe Standard Time',
      organizer: 'ann@customer.example',
    });
    expect(mail.attachments).toEqual([expect.objectContaining({ name: 'invite.ics', type: 'text/calendar' })]);
    expect(mail.text).toBe('Please come.');
  });

  test('of Google are read from the text/calendar part', async () => {
    expect((await parsed('invitation-google-cancelled')).calendar).toMatchObject({
      method: 'CANCEL',
      start: '2026-12-01T09:00:00Z',
      zone: 'UTC',
    });
  });
});

describe('M9 signed and encrypted mail', () => {
  test.each([
    ['smime-signed', 'signed', 'My signed words.', ['smime.p7s']],
    ['smime-signed-opaque', 'signed', 'My opaquely signed words.', ['smime.p7m']],
    ['smime-signed-opaque-streamed', 'signed', 'My opaquely signed words.', ['smime.p7m']],
    ['smime-encrypted', 'encrypted', '', ['smime.p7m']],
    ['pgp-mime-encrypted', 'encrypted', '', ['signature.asc', 'encrypted.asc']],
    ['pgp-inline-signed', 'signed', 'My words.', []],
  ])('%s', async (name, protection, words, files) => {
    const mail = await parsed(name);
    expect(mail.protection).toBe(protection);
    expect(mail.text).toContain(words);
    expect(mail.attachments.map((file) => file.name)).toEqual(files);
    expect(mail.warnings).toEqual([expect.stringContaining(protection)]);
  });
});

describe('text of HTML', () => {
  test.each([
    ['links keep their address', '<a href="https://a.example/x">here</a>', 'here [https://a.example/x]'],
    ['paragraphs stay apart', '<p>a</p><p>b<br>c</p>', 'a\n\nb\nc'],
    ['lists have points', '<ul><li>a</li><li>b</li></ul>', '* a\n * b'],
    ['scripts and styles are not words', '<style>p{}</style><script>x()</script>a', 'a'],
  ])('%s', (_what, html, text) => {
    expect(htmlToText(html)).toBe(text);
  });

  test('of 20,000 elements inside each other does not overflow the stack', () => {
    expect(htmlToText('<div>'.repeat(20_000) + 'deep')).toEqual(expect.any(String));
  });
});

test('the size is that of the raw mail', async () => {
  expect((await anInboundMail('From: a@b.example', '', 'x')).size).toBe(22);
});
