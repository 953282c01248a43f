import { SMTPServer } from 'smtp-server';
import { selfSignedCertificate } from '../../../mail/receivers/self-signed';
import type { SendResult } from '../../../mail/senders/send-result';
import { sendBySmtp, type SmtpServer } from '../../../mail/senders/smtp';
import { portOf, startSmtpSink, type SmtpSink } from '../../support/smtp-sink';

const raw = Buffer.from('From: desk@x.test\r\nMessage-ID: <one@x.test>\r\n\r\nHello\r\n');
const envelope = { from: 'desk@x.test', to: ['ann@y.test'] };
const password = { kind: 'password', user: 'desk@x.test', password: 'sécret' } as const;
const token = { kind: 'xoauth2', user: 'desk@x.test', accessToken: 'ya29.token' } as const;

const sendTo = (server: SmtpServer): Promise<SendResult> =>
  sendBySmtp({ server, envelope, raw, beforeFinalDot: async () => true });

describe('signing in to the outgoing server', () => {
  let sink: SmtpSink;

  beforeEach(async () => {
    sink = await startSmtpSink();
  });

  afterEach(() => sink.close());

  const base64 = (text: string): string => Buffer.from(text).toString('base64');

  test.each<[string, SmtpServer['auth'], string]>([
    ['PLAIN', { ...password, method: 'PLAIN' }, `AUTH PLAIN ${base64('\0desk@x.test\0sécret')}`],
    ['XOAUTH2', token, `AUTH XOAUTH2 ${base64('user=desk@x.test\x01auth=Bearer ya29.token\x01\x01')}`],
  ])('speaks %s', async (_method, auth, line) => {
    const result = await sendTo({ host: '127.0.0.1', port: sink.port, tls: 'none', auth });

    expect(result.outcome).toBe('sent');
    expect(sink.commands).toContain(line);
  });

  test.each<[string, string, Partial<SendResult>]>([
    [
      'a wrong password',
      '535 5.7.8 bad credentials',
      { outcome: 'retry', channelBroken: true, code: 535, phase: 'connect' },
    ],
    [
      'basic sign-in switched off',
      '550 5.7.30 Basic authentication is not supported',
      { outcome: 'retry', channelBroken: true },
    ],
    [
      'a server that is out of order',
      '454 4.7.0 temporary failure',
      { outcome: 'retry', channelBroken: false, code: 454 },
    ],
    ['a connection closed at the sign-in', 'close', { outcome: 'retry', channelBroken: false }],
  ])('%s keeps the mail', async (_what, auth, expected) => {
    sink.play({ auth });
    const result = await sendTo({
      host: '127.0.0.1',
      port: sink.port,
      tls: 'none',
      auth: { ...password, method: 'PLAIN' },
    });

    expect(result).toMatchObject(expected);
    expect(result.reason).not.toContain('sécret');
    expect(sink.mails).toEqual([]);
  });

  test('an expired token is for an admin to renew', async () => {
    sink.play({ auth: (line) => (line.startsWith('AUTH') ? '535 5.7.8 token expired' : '535 no') });
    const result = await sendTo({ host: '127.0.0.1', port: sink.port, tls: 'none', auth: token });

    expect(result).toMatchObject({ outcome: 'retry', channelBroken: true });
  });

  test('a password never goes over an open line unless the channel says so', async () => {
    const result = await sendTo({ host: '127.0.0.1', port: sink.port, tls: 'opportunistic', auth: password });

    expect(result).toMatchObject({ outcome: 'retry', channelBroken: true });
    expect(sink.commands.filter((line) => line.startsWith('AUTH'))).toEqual([]);
  });
});

test('a mail goes over no open line where STARTTLS was demanded and somebody took it out of the greeting', async () => {
  const stripped = await startSmtpSink({ extensions: ['PIPELINING', '8BITMIME'] });
  const result = await sendTo({ host: '127.0.0.1', port: stripped.port, tls: 'starttls' });
  await stripped.close();

  expect(result).toMatchObject({ outcome: 'retry', phase: 'connect', channelBroken: true });
  expect(stripped.commands.filter((line) => /^(MAIL|RCPT|DATA)/.test(line))).toEqual([]);
  expect(stripped.mails).toEqual([]);
});

describe('encrypting the line to the outgoing server', () => {
  const { key, cert } = selfSignedCertificate('localhost');
  let taken: { secure: boolean; user: unknown }[];
  let servers: SMTPServer[] = [];

  const start = async (secure: boolean): Promise<number> => {
    taken = [];
    const server = new SMTPServer({
      secure,
      key,
      cert,
      authOptional: true,
      onAuth: (auth, _session, callback) => callback(null, { user: `${auth.username} ${auth.password}` }),
      onData: (stream, session, callback) => {
        stream.resume();
        stream.once('end', () => {
          taken.push({ secure: session.secure, user: session.user });
          callback(null);
        });
      },
    });
    server.on('error', () => undefined);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    return portOf(server.server);
  };

  afterEach(async () => {
    await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))));
    servers = [];
  });

  const toLocalhost = (port: number, more: Partial<SmtpServer>): SmtpServer => ({
    host: 'localhost',
    connectTo: '127.0.0.1',
    port,
    tls: 'tls',
    ...more,
  });

  test.each([
    ['tls', true],
    ['starttls', false],
    ['opportunistic', false],
  ] as const)('%s works with a certificate of a trusted authority', async (tls, secure) => {
    const port = await start(secure);
    const result = await sendTo(toLocalhost(port, { tls, ca: cert, auth: password }));

    expect(result.outcome).toBe('sent');
    expect(taken).toEqual([{ secure: true, user: 'desk@x.test sécret' }]);
  });

  test.each([
    ['tls', true],
    ['starttls', false],
  ] as const)('%s with an unknown authority is for an admin to repair', async (tls, secure) => {
    const port = await start(secure);

    expect(await sendTo(toLocalhost(port, { tls }))).toMatchObject({ outcome: 'retry', channelBroken: true });
    expect(taken).toEqual([]);
  });

  test('a certificate for another name is refused', async () => {
    const port = await start(true);

    expect(await sendTo(toLocalhost(port, { host: 'other.test', ca: cert }))).toMatchObject({ channelBroken: true });
  });
});

test('a server that is not there is asked again later', async () => {
  const result = await sendTo({ host: '127.0.0.1', port: 1, tls: 'none' });

  expect(result).toMatchObject({ outcome: 'retry', phase: 'connect', channelBroken: false });
});
