import { serverMessageIdOf } from '../../../mail/senders/server-message-id';

test.each([
  [
    '250 Ok 0102018d-6f2a-000000',
    'email-smtp.eu-west-1.amazonaws.com',
    '<0102018d-6f2a-000000@eu-west-1.amazonses.com>',
  ],
  ['250 Ok 0100018D-6F2A-000000', 'email-smtp.us-east-1.amazonaws.com.', '<0100018d-6f2a-000000@email.amazonses.com>'],
  ['250 Ok 0102018d-6f2a-000000', 'mail.example.com', null],
  ['250 Ok 0102018d-6f2a-000000', 'amazonaws.com.evil.test', null],
  [
    '250 2.0.0 OK <abc@VI1PR0.eurprd01.prod.outlook.com> [Hostname=x]',
    'smtp.office365.com',
    '<abc@VI1PR0.eurprd01.prod.outlook.com>',
  ],
  ['250 2.0.0 Ok: queued as 4711', 'mail.example.com', null],
  ['', '', null],
])('T6 of "%s" by %s the provider\'s id is %s', (answer, host, id) => {
  expect(serverMessageIdOf(answer, host)).toBe(id);
});
