import { anInboundMail, parsed } from './fixture';

describe('B2 a delivery report is read recipient by recipient', () => {
  test('with each code at its own recipient', async () => {
    const { dsn } = await parsed('bounce-two-recipients');
    expect(dsn?.recipients).toEqual([
      expect.objectContaining({
        address: 'gone@remote.example',
        status: '5.1.1',
        diagnostic: '550 5.1.1 unknown',
        permanent: true,
      }),
      expect.objectContaining({
        address: 'full@remote.example',
        status: '4.2.2',
        diagnostic: '452 4.2.2 mailbox full',
        permanent: false,
      }),
    ]);
  });

  test('with everything a server tells', async () => {
    expect((await parsed('bounce-postfix')).dsn).toEqual({
      source: 'rfc3464',
      recipients: [
        {
          address: 'gone@remote.example',
          finalAddress: null,
          action: 'failed',
          status: '5.1.1',
          diagnostic: '550 5.1.1 <gone@remote.example>: Recipient address rejected: User unknown',
          remoteMta: 'mx.remote.example',
          permanent: true,
        },
      ],
      originalMessageId: '<sent-1@desk.example>',
      originalSubject: 'Re: Your question',
      envelopeId: null,
      queueId: '4Xq1Zz2abc',
      reportingMta: 'mail.desk.example',
    });
  });

  test.each([
    [
      'original and final recipient differ',
      'Original-Recipient: rfc822;a@x.example\nFinal-Recipient: rfc822;b@y.example\nAction: failed\nStatus: 5.0.0',
      { address: 'a@x.example', finalAddress: 'b@y.example', permanent: true },
    ],
    [
      'the original recipient was left coded as xtext',
      'Original-Recipient: rfc822;user+2Bx+3Dy@x.example\nFinal-Recipient: rfc822;user+x=y@x.example\nStatus: 5.1.1',
      { address: 'user+x=y@x.example', finalAddress: null },
    ],
    [
      'the original recipient only looks like xtext',
      'Original-Recipient: rfc822;user+2Ax@x.example\nFinal-Recipient: rfc822;user+2Ax@x.example\nStatus: 5.1.1',
      { address: 'user+2Ax@x.example', finalAddress: null },
    ],
    [
      'the status is general and the words are exact',
      'Final-Recipient: rfc822; a@x.example\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550-5.7.1 blocked',
      { status: '5.7.1' },
    ],
    [
      'the status is missing',
      'Final-Recipient: rfc822; a@x.example\nAction: failed\nDiagnostic-Code: smtp; 552 too big',
      { status: '5.0.0', permanent: true },
    ],
    [
      'the action is missing',
      'Final-Recipient: rfc822; a@x.example\nStatus: 4.4.1',
      { action: 'delayed', permanent: false },
    ],
    [
      'the action carries a comment',
      'Final-Recipient: rfc822; <a@x.example>\nAction: relayed (to x)\nStatus: 2.0.0',
      { address: 'a@x.example', action: 'relayed' },
    ],
    [
      'the diagnostic is folded',
      'Final-Recipient: rfc822; a@x.example\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1\n no such user',
      { diagnostic: '550 5.1.1 no such user' },
    ],
    [
      'a temporary failure was final',
      'Final-Recipient: rfc822; a@x.example\nAction: failed\nStatus: 4.4.7',
      { action: 'failed', permanent: false },
    ],
  ])('when %s', async (_what, block, expected) => {
    const { dsn } = await anInboundMail(
      'From: mailer-daemon@x.example',
      'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
      '',
      '--b',
      'Content-Type: message/delivery-status',
      '',
      'Reporting-MTA: dns; x.example',
      '',
      ...block.split('\n'),
      '--b--',
    );
    expect(dsn?.recipients).toEqual([expect.objectContaining(expected)]);
  });
});

describe('B3 only a failure with 5.x.x is permanent', () => {
  test.each([
    ['bounce-postfix', 'failed', true],
    ['bounce-postfix-delayed', 'delayed', false],
    ['receipt-delivered', 'delivered', false],
  ])('%s is %s', async (name, action, permanent) => {
    expect((await parsed(name)).dsn?.recipients).toEqual([expect.objectContaining({ action, permanent })]);
  });
});

describe('B4 bounces written for people', () => {
  test.each([
    ['bounce-qmail', 'gone@remote.example', '5.1.1'],
    ['bounce-exim', 'gone@remote.example', '5.1.1'],
    ['bounce-exchange-old', 'gone@remote.example', '5.1.1'],
    ['bounce-japanese', 'gone@remote.example', '5.1.1'],
    ['bounce-russian', 'gone@remote.example', '5.0.0'],
  ])('%s names %s', async (name, address, status) => {
    const { dsn } = await parsed(name);
    expect(dsn).toMatchObject({ source: 'text', recipients: [{ address, status, action: 'failed', permanent: true }] });
  });

  test.each([
    [
      'sendmail',
      'Returned mail: see transcript for details',
      '   ----- The following addresses had permanent fatal errors -----\n<gone@x.example>\n    (reason: 550 5.1.1 User unknown)\n',
      'gone@x.example',
      '5.1.1',
    ],
    [
      'GroupWise',
      'Mail System Error - Returned Mail',
      'Your message could not be delivered.\n\nThe following recipient was affected: gone@x.example',
      'gone@x.example',
      null,
    ],
    [
      'an MTA that warns',
      'Warning: message delayed 24 hours',
      'Your message to:\n   slow@x.example\nhas not yet been delivered. You do not need to resend it.',
      'slow@x.example',
      null,
    ],
    [
      'a full mailbox',
      'Undeliverable',
      'The mailbox is full: <full@x.example> 452 4.2.2 over quota',
      'full@x.example',
      '4.2.2',
    ],
  ])('of %s', async (_what, subject, text, address, status) => {
    const { dsn } = await anInboundMail(
      'From: MAILER-DAEMON@x.example',
      'To: support@desk.example',
      `Subject: ${subject}`,
      '',
      text,
    );
    expect(dsn?.recipients).toEqual([expect.objectContaining({ address, status })]);
  });

  test.each([
    [
      'Delivery Status Notification (Delay)',
      "There was a temporary problem delivering your message to a@x.example. Gmail will retry for 47 more hours. You'll be notified if the delivery fails permanently.",
      'delayed',
    ],
    [
      'Delivery Status Notification (Failure)',
      'Delivery to the following recipient failed permanently:\r\n\r\n     a@x.example\r\n\r\nIt was retried for 3 days.',
      'failed',
    ],
    ['[메일 발송 실패 안내] 메일이 전송되지 못했습니다', '받는사람 : a@x.example\r\n550 5.1.1 No such user', 'failed'],
  ])('%s without a status part', async (subject, text, action) => {
    const mail = await anInboundMail('From: mailer-daemon@x.example', `Subject: ${subject}`, '', text);
    expect(mail.dsn?.recipients).toMatchObject([{ address: 'a@x.example', action }]);
  });

  test('addresses of the returned mail are no recipients', async () => {
    const { dsn } = await parsed('bounce-qmail');
    expect(dsn?.recipients.map(({ address }) => address)).toEqual(['gone@remote.example']);
  });

  test('a recipient in X-Failed-Recipients is enough', async () => {
    const { dsn } = await anInboundMail(
      'From: system@x.example',
      'X-Failed-Recipients: a@x.example, b@x.example',
      'Subject: hm',
      '',
      'Sorry.',
    );
    expect(dsn).toMatchObject({
      source: 'header',
      recipients: [{ address: 'a@x.example' }, { address: 'b@x.example' }],
    });
  });

  test.each([
    'person-forwards-a-bounce',
    'vacation-gmail',
    'out-of-office-exchange',
    'receipt-read',
    'complaint-arf',
    'gmail-reply-with-quote',
  ])('%s is none', async (name) => {
    expect((await parsed(name)).dsn).toBeNull();
  });

  test.each([
    [
      'an absence note',
      'From: bob@customer.example\r\nReturn-Path: <>\r\nAuto-Submitted: auto-replied\r\nSubject: Automatic reply: Order',
      'This mailbox does not exist any more. Please write to info@customer.example.',
    ],
    [
      'a postmaster who asks',
      'From: postmaster@customer.example\r\nSubject: Our mail to you',
      'Our message to you could not be delivered. Please write to bob@customer.example.',
    ],
  ])('%s is none', async (_what, header, text) => {
    expect((await anInboundMail(header, '', text)).dsn).toBeNull();
  });

  test('words of failure from a person are none', async () => {
    const mail = await anInboundMail(
      'From: ann@customer.example',
      'Subject: Mail delivery failed',
      '',
      'My parcel could not be delivered. Please write to bob@customer.example.',
    );
    expect(mail.dsn).toBeNull();
  });
});

describe('B1 the mail a report is about', () => {
  test.each([
    'bounce-postfix',
    'bounce-postfix-delayed',
    'bounce-exim',
    'bounce-qmail',
    'bounce-exchange-online',
    'bounce-gmail',
    'bounce-japanese',
    'bounce-russian',
    'receipt-delivered',
  ])('is named by %s', async (name) => {
    expect((await parsed(name)).dsn?.originalMessageId).toBe('<sent-1@desk.example>');
  });
});

describe('B6 complaints', () => {
  test('name the recipient, the mail and the source', async () => {
    expect((await parsed('complaint-arf')).feedback).toEqual({
      feedbackType: 'abuse',
      complaint: true,
      recipients: ['ann@customer.example'],
      originalMessageId: '<sent-1@desk.example>',
      sourceIp: '192.0.2.9',
      reportedDomain: 'desk.example',
    });
  });

  test('of Outlook.com name the recipient in the returned header', async () => {
    expect((await parsed('complaint-outlook-com')).feedback).toMatchObject({
      complaint: true,
      recipients: ['ann@outlook.example'],
      originalMessageId: '<sent-1@desk.example>',
    });
  });

  test('reports of failed authentication are none', async () => {
    expect((await parsed('report-authentication-failure')).feedback).toMatchObject({
      feedbackType: 'auth-failure',
      complaint: false,
    });
  });
});

test('B7 the delivery status is a file, not words of the mail', async () => {
  const mail = await parsed('bounce-postfix');
  expect(mail.text).not.toContain('Final-Recipient');
  expect(mail.attachments[0]).toMatchObject({ name: 'delivery-status.txt', type: 'message/delivery-status' });
});
