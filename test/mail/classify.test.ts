import { classify, type MailKind } from '../../mail/classify';
import { isDaemonAddress, isNeverAnsweredAddress, isNoReplyAddress } from '../../mail/reports/robot-signs';
import { anInboundMail, noEnvelope, parsed } from './fixture';

const channel = { peopleSenders: [], ownAddresses: ['support@desk.example'] };

describe('L1 the kind of a mail', () => {
  const cases: [string, MailKind, boolean, boolean][] = [
    ['gmail-reply-with-quote', 'person', false, false],
    ['thunderbird-reply-flowed', 'person', false, false],
    ['person-asks-about-out-of-office', 'person', false, false],
    ['person-answers-automatic-reply', 'person', false, false],
    ['person-forwards-a-bounce', 'person', false, false],
    ['auto-submitted-no', 'person', false, false],
    ['invitation-outlook', 'person', false, true],
    ['two-senders-in-from', 'person', false, true],
    ['from-missing', 'person', false, true],
    ['spam-flagged', 'person', false, true],
    ['vacation-gmail', 'automatic', true, true],
    ['out-of-office-exchange', 'automatic', true, true],
    ['out-of-office-by-subject-only', 'automatic', true, true],
    ['no-reply-shop', 'automatic', true, true],
    ['contact-form', 'automatic', true, true],
    ['monitoring-alert', 'automatic', true, true],
    ['invitation-google-cancelled', 'automatic', true, true],
    ['newsletter', 'list', true, true],
    ['mailing-list-mailman', 'list', true, true],
    ['google-group', 'list', true, true],
    ['bounce-postfix', 'bounce', true, true],
    ['bounce-postfix-delayed', 'bounce', true, true],
    ['bounce-exchange-online', 'bounce', true, true],
    ['bounce-exchange-old', 'bounce', true, true],
    ['bounce-qmail', 'bounce', true, true],
    ['bounce-exim', 'bounce', true, true],
    ['bounce-amazon-ses', 'bounce', true, true],
    ['bounce-gmail', 'bounce', true, true],
    ['bounce-japanese', 'bounce', true, true],
    ['bounce-russian', 'bounce', true, true],
    ['receipt-delivered', 'report', true, true],
    ['receipt-read', 'report', true, true],
    ['complaint-arf', 'report', true, true],
    ['complaint-outlook-com', 'report', true, true],
    ['report-authentication-failure', 'report', true, true],
    ['report-dmarc-aggregate', 'report', true, true],
  ];
  test.each(cases)('%s is of kind %s', async (name, kind, automatic, noAutoReply) => {
    const result = classify(await parsed(name), noEnvelope, channel);
    expect(result).toMatchObject({ kind, automatic, noAutoReply });
    if (kind !== 'person') expect(result.reasons).not.toEqual([]);
  });

  test.each([
    ['Auto-Submitted: auto-generated', 'automatic'],
    ['Auto-Submitted: no', 'person'],
    ['Auto-Submitted: No; owner-email="x@y.example"', 'person'],
    ['Precedence: bulk', 'automatic'],
    ['Precedence: junk', 'automatic'],
    ['Precedence: auto_reply', 'automatic'],
    ['Precedence: list', 'list'],
    ['Precedence: first-class', 'person'],
    ['List-Id: <x.example>', 'list'],
    ['List-Unsubscribe: <mailto:x@y.example>', 'list'],
    ['List-Archive: <https://lists.example/x>', 'list'],
    ['List-Help: <mailto:x@y.example>', 'list'],
    ['X-Autoreply: yes', 'automatic'],
    ['X-Autorespond: vacation', 'automatic'],
    ['X-Loop: anything', 'automatic'],
    ['X-FC-MachineGenerated: true', 'automatic'],
    ['Return-Path: <>', 'automatic'],
    ['Return-Path: <MAILER-DAEMON>', 'automatic'],
    ['Return-Path: <mailer@customer.example>', 'person'],
    ['X-Auto-Response-Suppress: All', 'person'],
    ['Precedence: bulk\r\nList-Id: <x.example>', 'list'],
    ['List-Unsubscribe: <mailto:x@y.example>\r\nPrecedence: bulk\r\nX-Loop: x@y.example', 'list'],
    ['List-Id: <x.example>\r\nAuto-Submitted: auto-replied', 'automatic'],
    ['X-Mailer: Something', 'person'],
    ['Auto-Submitted: no\r\nAuto-Submitted: auto-replied', 'automatic'],
    ['X-Auto-Reply: yes', 'automatic'],
    ['X-QQ-Auto-Reply: 1', 'automatic'],
  ])('%s makes it %s', async (line, kind) => {
    const mail = await anInboundMail('From: ann@customer.example', line, 'Subject: Hello', '', 'Hi');
    expect(classify(mail, noEnvelope, channel).kind).toBe(kind);
  });

  test('the null sender of the envelope makes it automatic, any other does not', async () => {
    const mail = await anInboundMail('From: ann@customer.example', 'Subject: Hello', '', 'Hi');
    expect(classify(mail, { from: '', to: [] }, channel).kind).toBe('automatic');
    expect(classify(mail, { from: 'ann@customer.example', to: [] }, channel).kind).toBe('person');
  });
});

describe('L1 the subject of an automatic answer', () => {
  const absent = async (subject: string, ...lines: string[]): Promise<MailKind> =>
    classify(
      await anInboundMail('From: ann@customer.example', `Subject: ${subject}`, ...lines, '', 'Hi'),
      noEnvelope,
      channel,
    ).kind;

  test.each([
    'Αυτόματη απάντηση: ερώτηση',
    'Trả lời tự động: câu hỏi',
    'Automatski odgovor: pitanje',
    'Samodejni odgovor: vprašanje',
    'Автоматичен отговор: въпрос',
    'Automaatvastus: küsimus',
    'Automātiskā atbilde: jautājums',
    'Automatinis atsakymas: klausimas',
    'Balasan otomatis: pertanyaan',
    'Resposta automàtica: pregunta',
  ])('%s makes an answer to our mail automatic, and a first mail not', async (subject) => {
    expect(await absent(subject, 'In-Reply-To: <sent-1@desk.example>')).toBe('automatic');
    expect(await absent(subject)).toBe('person');
  });
});

test.each([
  ['Automatic reply: Your order', true],
  ['自动回复: Order', true],
  ['Out of Office: Your order', true],
  ['Abwesenheitsnotiz: Ihre Anfrage', true],
  ['Out of office does not work', false],
  ['Vacation: which rooms are free?', false],
  ['Re: Automatic reply: Your order', false],
])(
  'L5 a first mail with the subject "%s" is shown as a person’s, and no robot answers it: %s',
  async (subject, none) => {
    const mail = await anInboundMail('From: ann@customer.example', `Subject: ${subject}`, '', 'Hi');
    expect(classify(mail, noEnvelope, channel)).toMatchObject({ kind: 'person', noAutoReply: none });
  },
);

describe('M7 what calendars say to each other is never answered automatically', () => {
  const calendar = (method: string): string[] => [
    `Content-Type: text/calendar; method=${method}`,
    '',
    'BEGIN:VCALENDAR',
    `METHOD:${method}`,
    'BEGIN:VEVENT',
    'SUMMARY:Visit',
    'DTSTART:20261201T100000Z',
    'END:VEVENT',
    'END:VCALENDAR',
  ];
  test.each([
    ['REQUEST', true],
    ['REPLY', true],
    ['CANCEL', true],
    ['PUBLISH', false],
  ])('%s: no answer is %s, and a person wrote it', async (method, noAutoReply) => {
    const mail = await anInboundMail('From: ann@customer.example', 'Subject: Visit', ...calendar(method));
    expect(classify(mail, noEnvelope, channel)).toMatchObject({ kind: 'person', automatic: false, noAutoReply });
  });
});

describe('L2 X-Auto-Response-Suppress', () => {
  test('forbids an answer and proves nothing', async () => {
    const result = classify(await parsed('person-whose-outlook-suppresses'), noEnvelope, channel);
    expect(result).toMatchObject({ kind: 'person', automatic: false, noAutoReply: true });
    expect(result.reasons).toEqual(['X-Auto-Response-Suppress forbids automatic answers.']);
  });

  test.each([
    ['DR, RN, NRN', false],
    ['DR, OOF', true],
    ['autoreply', true],
    ['none', false],
  ])('%s: no answer is %s', async (value, noAutoReply) => {
    const mail = await anInboundMail('From: ann@customer.example', `X-Auto-Response-Suppress: ${value}`, '', 'Hi');
    expect(classify(mail, noEnvelope, channel).noAutoReply).toBe(noAutoReply);
  });
});

describe('L5 nobody is answered automatically', () => {
  test.each([
    ['From: support@desk.example'],
    ['From: Support+x@desk.example'],
    ['From: ann@customer.example\r\nReply-To: support+y@desk.example'],
    ['From: SUPPORT@Desk.Example'],
    ['From: ann@customer.example\r\nReply-To: support@desk.example'],
    ['From: ann@customer.example\r\nReply-To: no-reply@customer.example'],
    ['From: postmaster@customer.example'],
    ['From: abuse@customer.example'],
    ['From: root@customer.example'],
    ['From: Ann'],
  ])('of %j', async (lines) => {
    expect(classify(await anInboundMail(lines, 'Subject: x', '', 'x'), noEnvelope, channel).noAutoReply).toBe(true);
  });

  test.each([
    ['mailer-daemon@a.example', true],
    ['MAILER-DAEMON@a.example', true],
    ['bounce+123=x@a.example', true],
    ['bounces-17@a.example', true],
    ['postmaster@a.example', true],
    ['MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@a.example', true],
    ['"System Administrator"@a.example', true],
    ['E500_SMTP_Mail_Service@a.example', true],
    ['AntiVirus_for_SMTP_Gateways@a.example', true],
    ['Postmaster\\@a.example@b.example', true],
    ['system.administrator@a.example', false],
    ['smtp@a.example', false],
    ['bouncer@club.example', false],
    ['daemon.hill@a.example', false],
  ])('%s is the address of a mail server: %s', (address, expected) => {
    expect(isDaemonAddress(address)).toBe(expected);
  });

  test.each([
    ['no-reply@a.example', true],
    ['noreply@a.example', true],
    ['do-not-reply@a.example', true],
    ['orders.noreply@a.example', true],
    ['noreply-dmarc@a.example', true],
    ['noreply2@a.example', true],
    ['reply@a.example', false],
    ['keine-antwort@a.example', true],
    ['nao-responda@a.example', true],
    ['no-contestar@a.example', true],
    ['norep@a.example', false],
    ['nora.responder@a.example', false],
    ['casino.reply@a.example', false],
  ])('%s asks not to be answered: %s', (address, expected) => {
    expect(isNoReplyAddress(address)).toBe(expected);
    if (expected) expect(isNeverAnsweredAddress(address)).toBe(true);
  });
});

describe('IN8 senders named on the channel', () => {
  test.each([['noreply@forms.example'], ['NoReply@Forms.Example'], ['@forms.example']])(
    '%s counts as a person',
    async (name) => {
      const result = classify(await parsed('contact-form'), noEnvelope, { ...channel, peopleSenders: [name] });
      expect(result).toMatchObject({ kind: 'person', automatic: false, noAutoReply: false });
      expect(result.reasons[0]).toContain('counts noreply@forms.example as a person');
    },
  );

  test.each([['forms.example'], ['other@forms.example'], ['@example'], ['@evilforms.example']])(
    '%s does not cover it',
    async (name) => {
      expect(classify(await parsed('contact-form'), noEnvelope, { ...channel, peopleSenders: [name] }).kind).toBe(
        'automatic',
      );
    },
  );

  test('never turn a bounce into a person', async () => {
    expect(
      classify(await parsed('bounce-postfix'), noEnvelope, { ...channel, peopleSenders: ['@mx.remote.example'] }).kind,
    ).toBe('bounce');
  });
});

test.each([
  ['X-Spam-Flag: YES', true],
  ['X-Spam: Yes', true],
  ['X-Spam-Status: No, score=1', false],
  ['X-SES-Spam-Verdict: FAIL', true],
  ['X-MS-Exchange-Organization-SCL: 6', true],
  ['X-MS-Exchange-Organization-SCL: 1', false],
  ['X-Forefront-Antispam-Report: CIP:192.0.2.1;SCL:5;SRV:', true],
])('V6 %s marks it as spam: %s', async (line, spam) => {
  const result = classify(await anInboundMail('From: a@customer.example', line, '', 'x'), noEnvelope, channel);
  expect(result.spam).toBe(spam);
  expect(result.noAutoReply).toBe(spam);
});
