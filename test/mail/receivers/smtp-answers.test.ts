import { smtpClient } from '../../support/smtp-client';
import { startListener, type TestListener } from '../../support/smtp-listener';

const body = 'From: ann@y.test\r\nSubject: Hello\r\n\r\nIs anybody there?\r\n';

describe('the SMTP listener answers', () => {
  let listener: TestListener;

  const listen = async (...ports: Parameters<typeof startListener>): Promise<void> => {
    listener = await startListener(...ports);
  };

  afterEach(() => listener.receiver.close());

  test.each([
    ['an unknown recipient with 550 5.1.1', {}, 'nobody@x.test', /^550 5\.1\.1 Nobody has this address/],
    [
      'a look-up that fails with 451',
      { checkRecipient: () => Promise.reject(new Error('the store is away')) },
      'support@x.test',
      /^451 4\.3\.0/,
    ],
  ])('%s', async (_title, ports, to, expected) => {
    await listen(ports);
    const client = await smtpClient(listener.port);

    expect(await client.begin({ to: [to] })).toMatch(expected);
    expect(listener.refusals).toHaveLength(1);
    client.destroy();
  });

  test.each([
    ['a mail that cannot be taken with 451', new Error('Temporal is away'), /^451 4\.3\.0/],
    ['a full disk with 452', Object.assign(new Error('write'), { code: 'ENOSPC' }), /^452 4\.3\.1/],
  ])('%s', async (_title, error, expected) => {
    await listen({ onMessage: () => Promise.reject(error) });
    const client = await smtpClient(listener.port);
    await client.begin();

    expect(await client.data(body)).toMatch(expected);
    expect(await client.say('NOOP')).toMatch(/^250/);
    client.destroy();
  });

  test('what the message handler answers, word for word', async () => {
    await listen({ onMessage: async () => ({ code: 550, text: '5.7.1 Blocked' }) });
    const client = await smtpClient(listener.port);
    await client.begin();

    expect(await client.data(body)).toBe('550 5.7.1 Blocked');
    client.destroy();
  });

  test('a mail over the limit with 552, announced by SIZE or not, and goes on with the session', async () => {
    await listen({ limits: { maxBytes: 1000 } });
    const client = await smtpClient(listener.port);
    expect(await client.say('EHLO client.test')).toContain('SIZE 1000');
    expect(await client.say('MAIL FROM:<ann@y.test> SIZE=1001')).toMatch(/^552/);
    expect(await client.begin()).toMatch(/^250/);
    expect(await client.data('x'.repeat(5000))).toMatch(/^552 5\.3\.4/);
    expect(await client.begin()).toMatch(/^250/);
    expect(await client.data(body)).toMatch(/^250/);

    expect(listener.taken).toHaveLength(1);
    expect(listener.receiver.load().bytesInFlight).toBe(0);
    client.destroy();
  });

  test('the 101st recipient with 452, and takes the mail for the first hundred', async () => {
    await listen();
    const client = await smtpClient(listener.port);
    await client.begin({ to: [] });
    const answers: string[] = [];
    for (let n = 0; n < 500; n += 1) answers.push(await client.say(`RCPT TO:<support+${n}@x.test>`));

    expect(answers.filter((answer) => answer.startsWith('250'))).toHaveLength(100);
    expect(answers[100]).toMatch(/^452 4\.5\.3/);
    expect(await client.data(body)).toMatch(/^250/);
    expect(listener.taken[0]?.envelope.to).toHaveLength(100);
    client.destroy();
  });

  test('somebody who guesses addresses with 421 and a closed connection', async () => {
    await listen({ limits: { maxRefusedRecipients: 3 } });
    const client = await smtpClient(listener.port);
    await client.begin({ to: ['a@x.test', 'b@x.test', 'c@x.test'] });

    expect(await client.say('RCPT TO:<d@x.test>')).toMatch(/^421/);
    await client.closed();
  });

  test.each([
    [
      'five times through here',
      `Received: from a\r\n\tby mx.x.test with ESMTP id 1;\r\n\tdate\r\n`.repeat(5),
      /^550 5\.4\.6 Loop detected/,
    ],
    ['101 hops', 'Received: from a by b; date\r\n'.repeat(101), /^550 5\.4\.6 Loop detected/],
    ['four times through here', `Received: from a\r\n\tby mx.x.test with ESMTP id 1;\r\n\tdate\r\n`.repeat(4), /^250/],
  ])('a mail that went %s as a loop or not', async (_title, hops, expected) => {
    await listen();
    const client = await smtpClient(listener.port);
    await client.begin();

    expect(await client.data(hops + body)).toMatch(expected);
    client.destroy();
  });

  test.each([
    ['an over-long command', 'NOOP '.padEnd(5000, 'x'), /^421/],
    ['a web page that speaks HTTP', 'POST / HTTP/1.1', /^421/],
    ['a sign-in', 'AUTH PLAIN AGEAYg==', /^500/],
  ])('%s', async (_title, line, expected) => {
    await listen();
    const client = await smtpClient(listener.port);

    expect(await client.say(line)).toMatch(expected);
    client.destroy();
  });

  test('ten unknown commands with 421', async () => {
    await listen();
    const client = await smtpClient(listener.port);
    const answers: string[] = [];
    for (let n = 0; n < 10; n += 1) answers.push(await client.say('FOO'));

    expect(answers.at(-1)).toMatch(/^421/);
    await client.closed();
  });
});
