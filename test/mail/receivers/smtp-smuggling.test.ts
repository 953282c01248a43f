import { smtpClient } from '../../support/smtp-client';
import { startListener, type TestListener } from '../../support/smtp-listener';

const body = 'From: ann@y.test\r\nSubject: Hello\r\n\r\nIs anybody there?\r\n';

describe('SMTP smuggling', () => {
  let listener: TestListener;

  const listen = async (...ports: Parameters<typeof startListener>): Promise<void> => {
    listener = await startListener(...ports);
  };

  afterEach(() => listener.receiver.close());

  const forged = 'MAIL FROM:<admin@x.test>\r\nRCPT TO:<support@x.test>\r\nDATA\r\nSubject: forged\r\n\r\nforged';

  test.each([
    ['LF . LF', '\n.\n'],
    ['LF . CRLF', '\n.\r\n'],
    ['CRLF . LF', '\r\n.\n'],
    ['CR . CR', '\r.\r'],
    ['CR . CRLF', '\r.\r\n'],
    ['NUL CRLF . CRLF', '\0\r\n.\0\r\n'],
  ])('%s does not end a mail: what follows stays its text', async (_title, end) => {
    await listen();
    const client = await smtpClient(listener.port);
    await client.begin();

    expect(await client.data(`${body}first${end}${forged}\r\n`)).toMatch(/^250/);
    expect(listener.taken).toHaveLength(1);
    expect(listener.taken[0]?.raw.toString()).toContain('Subject: forged');
    expect(listener.taken[0]?.envelope.from).toBe('ann@y.test');
    client.destroy();
  });

  test('marks a bare line feed, or refuses the mail where the setting says so', async () => {
    await listen();
    const client = await smtpClient(listener.port);
    await client.begin();
    await client.data(`${body}bare\nline feed\r\n`);
    await client.begin();
    await client.data(body);
    expect(listener.taken.map((mail) => mail.bareLineFeed)).toEqual([true, false]);
    client.destroy();
    await listener.receiver.close();

    await listen({ bareLineFeed: 'refuse' });
    const strict = await smtpClient(listener.port);
    await strict.begin();
    expect(await strict.data(`${body}bare\nline feed\r\n`)).toMatch(/^550 5\.5\.2/);
    strict.destroy();
  });
});
