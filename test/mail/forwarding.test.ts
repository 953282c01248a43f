import { isForward } from '../../mail/quote';
import { forwardedMail, attachedMail } from '../../mail/forwarding/forwarded-mail';
import { readInlineForward } from '../../mail/forwarding/inline-forward';
import { readListedAddresses } from '../../mail/forwarding/listed-addresses';
import { parseMail } from '../../mail/parse';

const words = 'Hello,\n\nmy order has not come.\n\nMia';
const mia = { address: 'mia@customers.test', name: 'Mia Wong' };
const block = (...lines: string[]): string => ['Please look after her.', '', ...lines, '', words, ''].join('\n');
const quoted = (text: string): string => text.replace(/^(?!Please)(?=.)/gm, '> ');

const texts: [string, string][] = [
  [
    'Gmail',
    block(
      '---------- Forwarded message ---------',
      'From: Mia Wong <mia@customers.test>',
      'Date: Mon, Mar 2, 2026 at 10:00 AM',
      'Subject: Order 17',
      'To: Ann <ann@desk.test>',
    ),
  ],
  [
    'Gmail in German',
    block(
      '---------- Forwarded message ---------',
      'Von: *Mia Wong* <mia@customers.test>',
      'Date: Mo., 2. März 2026 um 10:00 Uhr',
      'Subject: Order 17',
      'To: Ann <ann@desk.test>',
    ),
  ],
  [
    'Outlook',
    block(
      '________________________________',
      'From: Mia Wong <mia@customers.test>',
      'Sent: Monday, March 2, 2026 10:00 AM',
      'To: Ann <ann@desk.test>',
      'Subject: Order 17',
    ),
  ],
  [
    'old Outlook',
    block(
      '-----Original Message-----',
      'From: Mia Wong [mailto:mia@customers.test]',
      'Sent: Monday, March 2, 2026 10:00 AM',
      'To: Ann',
      'Subject: Order 17',
    ),
  ],
  [
    'Outlook in German',
    block(
      'Von: Mia Wong <mia@customers.test>',
      'Gesendet: Montag, 2. März 2026 10:00',
      'An: Ann <ann@desk.test>; Bob <bob@desk.test>',
      'Betreff: Order 17',
    ),
  ],
  [
    'Outlook in French',
    block(
      'De : Mia Wong <mia@customers.test>',
      'Envoyé : lundi 2 mars 2026 10:00',
      'À : Ann <ann@desk.test>',
      'Objet : Order 17',
    ),
  ],
  [
    'Apple Mail',
    quoted(
      block(
        'Begin forwarded message:',
        '',
        'From: Mia Wong <mia@customers.test>',
        'Subject: Order 17',
        'Date: 2 March 2026 at 10:00:00 CET',
        'To: Ann <ann@desk.test>',
      ),
    ),
  ],
  [
    'Apple Mail in Spanish',
    block(
      'Inicio del mensaje reenviado:',
      '',
      'De: Mia Wong <mia@customers.test>',
      'Asunto: Order 17',
      'Fecha: 2 de marzo de 2026, 10:00:00 CET',
      'Para: ann@desk.test',
    ),
  ],
  [
    'Thunderbird',
    block(
      '-------- Forwarded Message --------',
      'Subject: \tOrder 17',
      'Date: \tMon, 2 Mar 2026 10:00:00 +0100',
      'From: \tMia Wong <mia@customers.test>',
      'To: \tAnn <ann@desk.test>',
    ),
  ],
  [
    'Thunderbird in German',
    block(
      '-------- Weitergeleitete Nachricht --------',
      'Betreff: \tOrder 17',
      'Datum: \tMon, 2 Mar 2026 10:00:00 +0100',
      'Von: \tMia Wong <mia@customers.test>',
      'An: \tann@desk.test',
    ),
  ],
  [
    'Outlook in Japanese',
    block(
      '差出人: Mia Wong <mia@customers.test>',
      '送信日時: 2026年3月2日 10:00',
      '宛先: ann@desk.test',
      '件名: Order 17',
    ),
  ],
];

test.each(texts)(
  'a mail forwarded by %s is the mail of who wrote it, with the note above it apart',
  (_program, text) => {
    const found = readInlineForward(text);
    expect(found).toMatchObject({ from: mia, subject: 'Order 17', text: words, note: 'Please look after her.' });
    expect(found?.to.map(({ address }) => address)).not.toContain('mia@customers.test');
  },
);

test.each<[string, string]>([
  ['names nobody', block('From: Mia Wong', 'Sent: Monday', 'To: Ann', 'Subject: Order 17')],
  ['is only a word with a colon', 'From: what I heard,\nto: be fair, nobody knows.\n\nmia@customers.test'],
  ['is not there', words],
])('a text whose header block %s holds no forwarded mail', (_why, text) => {
  expect(readInlineForward(text)).toBeNull();
});

test.each<[string, object[]]>([
  ['Mia Wong <mia@customers.test>, tom@customers.test', [mia, { address: 'tom@customers.test', name: '' }]],
  ['"Wong, Mia" <mia@customers.test>', [{ ...mia, name: 'Wong, Mia' }]],
  ['Wong, Mia <mia@customers.test>; Tom', [{ ...mia, name: 'Wong, Mia' }]],
  ['Mia Wong <mia@customers.test<mailto:mia@customers.test>>', [mia]],
  ['nobody', []],
])('%j names %j', (text, addresses) => {
  expect(readListedAddresses(text)).toEqual(addresses);
});

describe('a whole mail', () => {
  const attached = [
    'From: Mia Wong <mia@customers.test>',
    'To: Ann <ann@desk.test>',
    'Subject: Order 17',
    'Message-ID: <one@customers.test>',
    'Content-Type: text/html',
    '',
    '<p>It has <b>not</b> come.</p>',
  ];
  const carrying = (subject: string, ...mails: string[][]): Buffer =>
    Buffer.from(
      [
        'From: ann@desk.test',
        `Subject: ${subject}`,
        'MIME-Version: 1.0',
        'Content-Type: multipart/mixed; boundary=b',
        '',
        '--b',
        'Content-Type: text/plain',
        '',
        'For you.',
        ...mails.flatMap((lines) => ['--b', 'Content-Type: message/rfc822', '', ...lines]),
        '--b--',
        '',
      ].join('\r\n'),
    );

  async function read(raw: Buffer) {
    const carrier = await parseMail(raw);
    const file = attachedMail(carrier);
    return forwardedMail(carrier, file && (await parseMail(file.content)));
  }

  test('attached to a mail comes with its HTML and its id, and without itself among its files', async () => {
    expect(await read(carrying('Fwd: Order 17', attached))).toMatchObject({
      note: 'For you.',
      mail: {
        from: [mia],
        subject: 'Order 17',
        messageId: '<one@customers.test>',
        html: expect.stringContaining('<b>not</b>'),
        attachments: [],
      },
    });
  });

  test.each([
    ['the subject says nothing of it', carrying('Order 17', attached)],
    ['there are two of them', carrying('Fwd: Orders', attached, attached)],
  ])('is not taken out where %s', async (_why, raw) => {
    expect(await read(raw)).toBeNull();
  });

  test.each([
    'Fwd: Order 17',
    'FW: Order 17',
    'WG: Order 17',
    'TR: Order 17',
    'RV: Order 17',
    'Re: Fwd: Order 17',
    '[Fwd: Order 17]',
    'VL: Tilaus',
    'ΠΡΘ: Order',
    'İLT: Sipariş',
    'הועבר: הזמנה',
    'إعادة توجيه: طلب',
    'ส่งต่อ: Order',
    'Chuyển tiếp: Order',
  ])('under the subject "%s" is one that was passed on', (subject) => {
    expect(isForward(subject)).toBe(true);
  });

  test('under such a subject is taken out', async () => {
    expect(await read(carrying('[Fwd: Order 17]', attached))).not.toBeNull();
  });

  test.each(['Re: Order 17', 'Forward gear broken', 'Vladimir: hello', 'I agree: yes'])(
    'is not looked for under the subject "%s"',
    (subject) => {
      expect(isForward(subject)).toBe(false);
    },
  );

  test('in the text brings no HTML, which holds the words of who forwarded it', async () => {
    const carrier = await parseMail(
      Buffer.from(`Subject: WG: Order 17\r\nContent-Type: text/plain\r\n\r\n${texts[4]?.[1] ?? ''}`),
    );
    expect(forwardedMail({ ...carrier, html: '<p>secret</p>' }, null)?.mail).toMatchObject({
      subject: 'Order 17',
      text: words,
      html: null,
      safeHtml: null,
      messageId: null,
    });
  });
});
