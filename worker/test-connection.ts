import { randomUUID } from 'node:crypto';
import { composeMail } from '../mail/compose';
import type { ConnectionReport } from '../mail/connection-test/connection-report';
import { testImap } from '../mail/connection-test/imap-test';
import { testSmtp, type MailUnderTest } from '../mail/connection-test/smtp-test';
import type { Secrets } from '../store/secrets';
import type { OutgoingServer } from '../store/channels';
import type { MailLogin } from '../store/mail-logins';
import { mintProbe, PROBE_HEADER } from './intake/own-mail';
import type { HostResolver } from './resolve-host';

/** What is tested: the documents as they stand or would be saved, secrets sealed; null is not tested. */
interface ConnectionTest {
  login: MailLogin | null;
  server: OutgoingServer | null;
  /** Of the test mail; null sends none. */
  mail: { from: string; to: string } | null;
}

/** What came of the test, for each direction that was tested. */
interface TestedConnection {
  incoming: ConnectionReport | null;
  outgoing: ConnectionReport | null;
}

/** What a test needs. */
interface ConnectionTestPorts {
  secrets: Pick<Secrets, 'open'>;
  mailSecret: string;
  resolveHost: HostResolver;
}

/** Below what a browser and the proxies before us wait. */
const patience = { limitMs: 25_000, stepMs: 10_000 };

/** Tries both servers of a channel side by side, at addresses Ringpost may connect to; changes nothing anywhere. */
export async function testConnection(ports: ConnectionTestPorts, test: ConnectionTest): Promise<TestedConnection> {
  const [incoming, outgoing] = await Promise.all([
    test.login && testIncoming(ports, test.login),
    test.server && testOutgoing(ports, test.server, test.mail),
  ]);
  return { incoming, outgoing };
}

async function testIncoming(
  { secrets, resolveHost }: ConnectionTestPorts,
  login: MailLogin,
): Promise<ConnectionReport> {
  const { host, port, tls, user, folder, ca } = login;
  const password = opened(secrets, login.secret);
  if (password === null) return unopened;
  return testImap({ host, port, tls, user, folder, ca, password, resolve: resolveHost }, patience);
}

async function testOutgoing(
  ports: ConnectionTestPorts,
  server: OutgoingServer,
  mail: ConnectionTest['mail'],
): Promise<ConnectionReport> {
  if (server.kind === 'sink') {
    const sentence = 'Mail is written into the sink folder; there is no server to test.';
    return { ok: true, failed: null, steps: [{ step: 'send', outcome: 'skipped', sentence }] };
  }
  const { host, port, tls, user, secret, ca = null } = server;
  const password = secret === null ? null : opened(ports.secrets, secret);
  if (secret !== null && password === null) return unopened;
  const auth = user !== null && password !== null ? { user, password } : null;
  const asked = { host, port, tls, ca, auth, resolve: ports.resolveHost };
  return testSmtp(asked, mail && (await testMail(mail, ports.mailSecret)), patience);
}

/** A password that was sealed with another key cannot be tried. */
const unopened: ConnectionReport = {
  ok: false,
  failed: 'login',
  steps: [
    {
      step: 'login',
      outcome: 'failed',
      sentence: 'The stored password was sealed with another secret key and cannot be read. Enter it anew.',
    },
  ],
};

function opened(secrets: Pick<Secrets, 'open'>, sealed: string): string | null {
  try {
    return secrets.open(sealed);
  } catch {
    return null;
  }
}

/** Carries the probe's mark, so that it becomes no enquiry where it comes back to us. */
async function testMail({ from, to }: { from: string; to: string }, secret: string): Promise<MailUnderTest> {
  const nonce = randomUUID();
  const composed = await composeMail({
    messageId: `<${nonce}@${from.split('@')[1] ?? 'localhost'}>`,
    date: new Date(),
    from: { address: from },
    to: [{ address: to }],
    subject: 'Ringpost: test of a connection',
    html: '<p>This mail shows that mail leaves. Nothing has to be done.</p>',
  });
  const raw = Buffer.concat([Buffer.from(`${PROBE_HEADER}: ${mintProbe(nonce, secret)}\r\n`), composed]);
  return { envelope: { from, to: [to] }, raw };
}
