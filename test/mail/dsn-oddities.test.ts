import { classify } from '../../mail/classify';
import type { ParsedMail } from '../../mail/parsed-mail';
import { anInboundMail, noEnvelope } from './fixture';

const report = (status: string[]): Promise<ParsedMail> =>
  anInboundMail(
    'From: Mail Delivery Subsystem <mailer-daemon@remote.example>',
    'Subject: Delivery Status Notification',
    'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    'About your mail',
    '--b',
    'Content-Type: message/delivery-status',
    '',
    ...status,
    '--b--',
  );

test('B1 a report of Gmail names a late mail in its status only', async () => {
  const { dsn } = await report([
    'Reporting-MTA: dns; googlemail.com',
    'X-Original-Message-ID: <sent-1@desk.example>',
    '',
    'Final-Recipient: rfc822; late@remote.example',
    'Action: delayed',
    'Status: 4.4.1',
  ]);
  expect(dsn).toMatchObject({
    originalMessageId: '<sent-1@desk.example>',
    recipients: [{ address: 'late@remote.example', action: 'delayed' }],
  });
});

test.each([
  ['as they are', 'utf-8; 用户@例子.example'],
  ['by the numbers of their characters', String.raw`utf-8; \x{7528}\x{6237}@\x{4F8B}\x{5B50}.example`],
])('B2 addresses beyond ASCII are read %s', async (_how, recipient) => {
  const { dsn } = await report([`Final-Recipient: ${recipient}`, 'Action: failed', 'Status: 5.1.1']);
  expect(dsn?.recipients.map(({ address }) => address)).toEqual(['用户@例子.example']);
});

test('B2 a number that is no character stays as it came', async () => {
  const { dsn } = await report([String.raw`Final-Recipient: utf-8; a\x{ffffff}@b.example`, 'Action: failed']);
  expect(dsn?.recipients[0]?.address).toBe(String.raw`a\x{ffffff}@b.example`);
});

test('B4 a letter of QQ names its recipient between wide brackets', async () => {
  const mail = await anInboundMail(
    'From: PostMaster@qq.example',
    'Subject: =?utf-8?B?5p2l6IeqcXEuY29t55qE6YCA5L+h?=',
    'Content-Type: text/plain; charset=utf-8',
    '',
    '抱歉，您的邮件被退回来了……',
    '收件人 gone@qq.example',
    '退信原因： 收件人邮件地址（gone@qq.example）不存在，邮件无法送达。',
  );
  expect(mail.dsn?.recipients.map(({ address }) => address)).toEqual(['gone@qq.example']);
  expect(classify(mail, noEnvelope, { peopleSenders: [] }).kind).toBe('bounce');
});
