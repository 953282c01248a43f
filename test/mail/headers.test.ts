import { readAddresses } from '../../mail/addresses';
import { derivedMessageId } from '../../mail/thread-keys';
import { anInboundMail, fixture, parsed } from './fixture';

describe('M6 headers', () => {
  test.each([
    ['encoded-word-split-inside-character', 'Grüße für a'],
    ['raw-8bit-headers', 'Größe der Tür'],
    ['raw-latin-1-headers', 'Größe der Tür'],
    ['shift-jis-undeclared', '返品について'],
    ['iso-2022-jp', '商品が届きません'],
    ['gb2312-with-wider-characters', '订单查询'],
    ['koi8-r', 'Заказ'],
    ['nul-bytes-in-subject', 'Hello there'],
    ['subject-folded-with-tabs', 'This subject goes on and on'],
    ['header-injection-in-encoded-word', 'Hi Bcc: victim@customer.example'],
    ['header-line-without-colon', 'A long subject that lost'],
  ])('the subject of %s is read', async (name, subject) => {
    expect((await parsed(name)).subject).toBe(subject);
  });

  test.each([
    ['raw-8bit-headers', 'Jürgen Müller', 'juergen@customer.example'],
    ['raw-latin-1-headers', 'Jürgen', 'juergen@customer.example'],
    ['shift-jis-undeclared', '田中花子', 'hanako@customer.example'],
    ['iso-2022-jp', '山田太郎', 'yamada@customer.example'],
    ['domain-in-punycode', 'Jörg', 'joerg@münchen.example'],
    ['address-in-encoded-name', 'boss@desk.example', 'evil@attacker.example'],
  ])('the sender of %s is read', async (name, display, address) => {
    expect((await parsed(name)).from).toEqual([{ name: display, address }]);
  });

  test.each([
    ['what turns the direction of writing', 'Invoice_=E2=80=AEfdp.exe', 'Invoice fdp.exe'],
    ['what steers a terminal', 'Hi_=1B[31mred=C2=9B0m', 'Hi [31mred0m'],
    ['marks that Hebrew needs, which are kept', '=D7=A9=D7=9C=D7=95=D7=9D=E2=80=8F!', 'שלום\u200f!'],
  ])('a subject with %s is shown as what it is', async (_what, word, subject) => {
    expect((await anInboundMail('From: a@b.example', `Subject: =?utf-8?Q?${word}?=`, '', '')).subject).toBe(subject);
  });

  test('base64 in pieces is one word', async () => {
    const mail = await anInboundMail('From: a@b.example', 'Subject: =?utf-8?B?R3LDvA==w59l?=', '', '');
    expect(mail.subject).toBe('Grüße');
  });

  test('an address is not turned around either', () => {
    expect(
      readAddresses(Buffer.from('Ann <moc.knab\u202e@customer.example>').toString('latin1'), null, 10)[0]?.address,
    ).toBe('moc.knab@customer.example');
  });

  test('an address in In-Reply-To is nobody’s Message-ID', async () => {
    const mail = await anInboundMail(
      'From: ann@customer.example',
      'To: support@desk.example',
      'In-Reply-To: "Support" <Support@desk.example>\'s message of Monday <sent-1@desk.example>',
      'References: <ann@customer.example> <sent-1@desk.example>',
      '',
      'Hi',
    );
    expect([mail.inReplyTo, mail.references]).toEqual([['<sent-1@desk.example>'], ['<sent-1@desk.example>']]);
  });

  test.each([
    ['Mon Nov 30 2026 09:12:44 GMT+0100 (CET)', '2026-11-30T08:12:44.000Z'],
    ['Nov 30, 2026 09:12:44 +0100', '2026-11-30T08:12:44.000Z'],
    ['Mon, 30 Nov 2026 09:12:44 GMT+0100', '2026-11-30T08:12:44.000Z'],
    ['Mi, 02 Dez 2026 09:12:44 +0100', '2026-12-02T08:12:44.000Z'],
    ['11/30/2026 9:12:44 AM', undefined],
  ])('the date "%s" is %s', async (date, moment) => {
    expect((await anInboundMail(`Date: ${date}`, '', 'Hi')).date?.toISOString()).toBe(moment);
  });

  test('an address inside an encoded name is no address', async () => {
    expect((await parsed('address-only-in-encoded-name')).from).toEqual([]);
  });

  test.each(['@@@ <<>> ;;,,', '<>', 'Eve <eve@>', 'Eve <@shop.example>', 'Eve <eve@shop;example>'])(
    'what nobody could be written to is no address: %s',
    (from) => {
      expect(readAddresses(from, null, 10)).toEqual([]);
    },
  );

  test('a name of 5,000 brackets is cut', () => {
    const [eve] = readAddresses(`${'('.repeat(5000)}x${')'.repeat(5000)} eve@shop.example`, null, 10);
    expect(eve).toMatchObject({ address: 'eve@shop.example', name: '('.repeat(300) });
  });

  test('groups are opened, undisclosed recipients are nobody, commas in names part nobody', async () => {
    const mail = await parsed('recipients-in-a-group');
    expect(mail.to.map(({ address }) => address)).toEqual([
      'one@desk.example',
      'two@desk.example',
      'three@desk.example',
    ]);
    expect(mail.cc.map(({ name }) => name)).toEqual(['Doe, John', 'Smith, Jane']);
    expect((await parsed('recipients-undisclosed')).to).toEqual([]);
  });

  test.each([
    ['date-obsolete-zone', '2026-11-21T15:00:00.000Z'],
    ['date-missing', undefined],
    ['date-unreadable', undefined],
  ])('the date of %s is %s', async (name, date) => {
    expect((await parsed(name)).date?.toISOString()).toBe(date);
  });

  test.each([
    ['Sat, 21 Nov 2026 10:00:00 +0100', '2026-11-21T09:00:00.000Z'],
    ['21 Nov 2026 10:00 GMT', '2026-11-21T10:00:00.000Z'],
    ['Sat Nov 21 10:00:00 2026', '2026-11-21T10:00:00.000Z'],
    ['Sat, 21-Nov-26 10:00:00 -0330', '2026-11-21T13:30:00.000Z'],
    ['2026-11-21T10:00:00+02:00', '2026-11-21T08:00:00.000Z'],
    ['Sat, 21 Nov 2026 10:00:00 PM +0000', '2026-11-21T22:00:00.000Z'],
    ['Sat, 99 Nov 2026 10:00:00 +0000', undefined],
    ['Sat, 21 Foo 2026 10:00:00 +0000', undefined],
  ])('the date %j is read', async (value, date) => {
    expect((await anInboundMail(`Date: ${value}`, '', '')).date?.toISOString()).toBe(date);
  });

  test('ids are found among words, without brackets and run together', async () => {
    const mail = await parsed('references-broken');
    expect(mail.inReplyTo).toEqual(['<a1@desk.example>']);
    expect(mail.references).toEqual(['<a0@desk.example>', '<a1@desk.example>']);
    const bare = await anInboundMail('Message-ID: abc@host.example', 'References: x@a.example y@b.example', '', '');
    expect(bare.messageId).toBe('<abc@host.example>');
    expect(bare.references).toEqual(['<x@a.example>', '<y@b.example>']);
  });

  test('a body that begins without an empty line is not lost', async () => {
    const mail = await parsed('empty-line-missing-before-body');
    expect(mail.text).toBe('Hello, the body begins at once.\n\nSecond paragraph.\n');
    expect(mail.warnings).toEqual(['A line of the header is no header field.']);
  });

  test('an mbox line and bare line feeds are read past', async () => {
    expect(await parsed('mbox-line-and-bare-lf')).toMatchObject({ subject: 'Unix', text: 'Only line feeds.\n' });
  });

  test.each([
    ['a byte order mark', '\ufeffSubject: Saved\r\nFrom: a@b.example\r\n\r\nHello'],
    ['lines of an old Mac', 'Subject: Saved\rFrom: a@b.example\r\rHello'],
    ['empty lines before it', '\r\n\r\nSubject: Saved\r\nFrom: a@b.example\r\n\r\nHello'],
    ['spaces before its first line', '  Subject: Saved\r\nFrom: a@b.example\r\n\r\nHello'],
    ['spaces before its colons', 'Subject : Saved\r\nFrom\t: a@b.example\r\n\r\nHello'],
    ['names in capitals', 'SUBJECT: Saved\r\nFROM: a@b.example\r\nCONTENT-TYPE: TEXT/PLAIN\r\n\r\nHello'],
  ])('a header with %s is read', async (_what, raw) => {
    expect(await anInboundMail(raw)).toMatchObject({
      subject: 'Saved',
      from: [{ address: 'a@b.example' }],
      text: 'Hello',
    });
  });

  test('fields after a line that is none still count', async () => {
    expect(await parsed('header-line-without-colon')).toMatchObject({
      messageId: '<lost-indent@customer.example>',
      text: 'Grüße\n',
    });
  });

  test.each([
    ['from-missing', 'The mail has no From address.'],
    ['two-from-fields', 'The mail has more than one From field.'],
    ['two-senders-in-from', 'The mail names more than one sender.'],
    ['message-id-missing', 'The mail has no Message-ID; one is made from its content.'],
    ['date-missing', 'The mail has no date.'],
    ['date-unreadable', 'The date of the mail cannot be read.'],
  ])('%s is said', async (name, warning) => {
    expect((await parsed(name)).warnings).toEqual([warning]);
  });
});

describe('D2 a mail without a Message-ID', () => {
  const raw = fixture('message-id-missing').toString();

  test('gets the same id however it travels', () => {
    const again = `Return-Path: <ann@customer.example>\r\nReceived: from other.relay.example; Sat, 21 Nov 2026 11:00:00 +0100\r\n${raw}`;
    expect(derivedMessageId(Buffer.from(raw))).toMatch(/^<[0-9a-f]{40}@no-message-id\.invalid>$/);
    expect(derivedMessageId(Buffer.from(again))).toBe(derivedMessageId(Buffer.from(raw)));
    expect(derivedMessageId(Buffer.from(raw.replaceAll('\r\n', '\n')))).toBe(derivedMessageId(Buffer.from(raw)));
  });

  test.each([
    ['text', raw.replace('Hello', 'Hullo')],
    ['subject', raw.replace('A question', 'Another')],
    ['sender', raw.replace('ann@', 'bob@')],
    ['date', raw.replace('10:00:00', '10:00:01')],
  ])('gets another id when its %s differs', (_what, other) => {
    expect(derivedMessageId(Buffer.from(other))).not.toBe(derivedMessageId(Buffer.from(raw)));
  });

  test('and without a date is told apart by where it first entered the net', () => {
    const alarm = (day: string): Buffer =>
      Buffer.from(
        `Received: by a.example; Sun, 22 Nov 2026 12:00:00 +0000\nReceived: by sensor.example; ${day}\nFrom: sensor@customer.example\nSubject: Alarm\n\nToo hot\n`,
      );
    expect(derivedMessageId(alarm('1 Nov'))).not.toBe(derivedMessageId(alarm('2 Nov')));
  });
});
