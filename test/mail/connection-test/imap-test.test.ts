import { createServer, type Server } from 'node:net';
import { testImap, type ImapUnderTest } from '../../../mail/connection-test/imap-test';
import { noDovecot, startDovecot, type Dovecot } from '../../support/dovecot';
import { freePorts } from '../../support/free-ports';
import { portOf } from '../../support/smtp-sink';

const missing = noDovecot();
if (missing !== null) console.warn(`Skipped: the test of a connection against Dovecot, because ${missing}.`);

const patience = { limitMs: 30_000, stepMs: 2000 };

/** Takes connections and says what it is told to, once for each line that comes. */
async function startServer(greeting: string, answer?: (line: string) => string): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.write(greeting);
    if (answer) socket.on('data', (line) => socket.write(answer(line.toString())));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

const anAccount = (account: Partial<ImapUnderTest>): ImapUnderTest => ({
  host: 'localhost',
  port: 1,
  tls: 'none',
  user: 'ann',
  password: 'pw',
  folder: 'INBOX',
  resolve: async () => '127.0.0.1',
  ...account,
});

describe('CH4.3 the test of an account mail is fetched from', () => {
  test('says that no server has the name', async () => {
    const resolve = async () => Promise.reject(Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' }));
    const report = await testImap(anAccount({ host: 'imap.exmaple.test', resolve }), patience);
    expect(report).toMatchObject({ ok: false, failed: 'dns' });
    expect(report.steps.map(({ step, outcome }) => `${step} ${outcome}`)).toEqual([
      'dns failed',
      'tcp skipped',
      'tls skipped',
      'login skipped',
      'folder skipped',
    ]);
    expect(report.steps[0]?.sentence).toBe('No server has the name imap.exmaple.test. Check its spelling.');
  });

  test('says that nothing listens on the port', async () => {
    const [port = 0] = await freePorts(1);
    const report = await testImap(anAccount({ port }), patience);
    expect(report.failed).toBe('tcp');
    expect(report.steps[1]?.sentence).toBe(`Nothing listens on port ${port} of localhost. Check the port.`);
  });

  test('ends in time with a server that takes the connection and says nothing', async () => {
    const silent = await startServer('');
    const report = await testImap(anAccount({ port: portOf(silent) }), { limitMs: 60_000, stepMs: 300 });
    silent.close();
    expect(report.failed).toBe('tcp');
    expect(report.steps[1]?.sentence).toContain('Most likely the port expects "tls"');
  });

  test('gives up as a whole when every step takes its time', async () => {
    const silent = await startServer('');
    const report = await testImap(anAccount({ port: portOf(silent) }), { limitMs: 300, stepMs: 3000 });
    silent.close();
    expect(report.ok).toBe(false);
    expect(JSON.stringify(report)).toContain('did not answer in time');
  });

  test('repeats no password, although the server does', async () => {
    const password = 'canary-password';
    const server = await startServer('* OK ready\r\n', (line) => {
      const [tag = '', command = ''] = line.split(' ');
      if (command.startsWith('CAPABILITY')) return `* CAPABILITY IMAP4rev1\r\n${tag} OK done\r\n`;
      return `${tag} NO [AUTHENTICATIONFAILED] wrong: ${line.replaceAll(/\s+/g, ' ')}\r\n`;
    });
    const report = await testImap(anAccount({ port: portOf(server), password }), patience);
    server.close();
    expect(report.failed).toBe('login');
    expect(JSON.stringify(report)).toContain('wrong');
    expect(JSON.stringify(report)).not.toContain('canary');
  });
});

(missing === null ? describe : describe.skip)('CH4.3 the test of an account against Dovecot', () => {
  let dovecot: Dovecot;
  beforeAll(async () => {
    dovecot = await startDovecot();
  });
  afterAll(() => dovecot.stop());

  test.each<[string, (at: Dovecot) => Partial<ImapUnderTest>, string | null, string]>([
    ['works by TLS', ({ imapsPort: port, cert: ca }) => ({ port, tls: 'tls', ca }), null, 'can be read'],
    ['works by STARTTLS', ({ imapPort: port, cert: ca }) => ({ port, tls: 'starttls', ca }), null, 'can be read'],
    ['distrusts the certificate', ({ imapsPort: port }) => ({ port, tls: 'tls' }), 'tls', 'is not trusted'],
    ['distrusts it by STARTTLS', ({ imapPort: port }) => ({ port, tls: 'starttls' }), 'tls', 'is not trusted'],
    [
      'wants another name in the certificate',
      ({ imapsPort: port, cert: ca }) => ({ port, tls: 'tls', ca, host: 'imap.other.test' }),
      'tls',
      'is not for the name imap.other.test',
    ],
    ['finds no TLS on the plain port', ({ imapPort: port }) => ({ port, tls: 'tls' }), 'tls', 'Try "starttls"'],
    ['is not let in', ({ imapPort: port }) => ({ port, password: 'no' }), 'login', 'Check user and password'],
    ['misses the folder', ({ imapPort: port }) => ({ port, folder: 'Nope' }), 'folder', 'has no folder "Nope"'],
  ])('%s', async (_what, changes, failed, sentence) => {
    const report = await testImap(anAccount(changes(dovecot)), { limitMs: 60_000, stepMs: 20_000 });
    expect(report).toMatchObject({ ok: failed === null, failed });
    expect(report.steps.find(({ step }) => step === (failed ?? 'folder'))?.sentence).toContain(sentence);
  });
});
